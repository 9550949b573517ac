import pytest

from blemore_cli.core.config.file import with_changes
from blemore_cli.core.config.schema import Config
from blemore_cli.experiments.inference.transduction import transduction


def config(standardize: str, match_prior: str) -> Config:
    return with_changes(Config(), {"train.standardize": standardize, "decode.match_prior": match_prior})


@pytest.mark.parametrize(
    ("standardize", "match_prior", "transductive"),
    [("global", "none", False), ("split", "none", True), ("global", "split", True), ("person", "person", True)],
)
def test_one_run_says_its_own_settings(standardize: str, match_prior: str, transductive: bool) -> None:
    assert transduction([config(standardize, match_prior)]) == {
        "standardize": standardize,
        "match_prior": match_prior,
        "transductive": transductive,
    }


def test_of_several_runs_the_setting_that_reads_most_is_said() -> None:
    runs = [config("global", "split"), config("person", "none"), config("split", "none")]
    assert transduction(runs) == {"standardize": "person", "match_prior": "split", "transductive": True}
