from blemore_cli.core import errors


def test_exit_codes_are_the_contracts() -> None:
    codes = {kind.__name__: kind.exit_code for kind in errors.BlemoreError.__subclasses__()}
    of_artefacts = {"ArtefactError": 4, "EngineError": 4, "LostWorkerError": 4}
    assert codes == {"UsageError": 2, "ConfigError": 3, "DataError": 3, **of_artefacts, "SubmissionError": 5}


def test_listed_counts_what_it_leaves_out() -> None:
    assert errors.listed(["a", "b"]) == "a, b"
    assert errors.listed([str(i) for i in range(7)]) == "0, 1, 2, 3, 4 and 2 more"
