import pytest

from blemore_cli.core.config.file import with_changes
from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import UsageError
from blemore_cli.data.index.file import Index, read_index
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.experiments.runs.persons_file import PersonsCost
from blemore_cli.experiments.runs.start import settle_config
from blemore_cli.experiments.stress.wrong_persons import SCALE, cost_of_errors


@pytest.fixture
def within(trained_run: RunFolder) -> RunFolder:
    config = with_changes(trained_run.config(), {"train.standardize": "person"})
    (trained_run.path / "config.yaml").unlink()
    settle_config(trained_run, config)
    return trained_run


def cost(run: RunFolder, index: Index, encoder: str = "noise") -> PersonsCost:
    return cost_of_errors(run, index, [encoder], is_number_known=True, progress=lambda *_: None)


def test_errors_are_counted_and_their_cost_repeats(within: RunFolder, project: Config) -> None:
    index = read_index(project.data.index)
    made = cost(within, index)
    assert (made.n_clips, made.n_actors) == (300, 15)
    assert made.ari_train < 0.1  # noise knows no persons
    true, found, *simulated = made.results
    assert (true.kind, true.change, found.kind) == ("true actors", 0, "found")
    assert found.change == pytest.approx(found.score - true.score)
    assert found.change != 0
    shares = [(row.kind, row.share) for row in simulated]
    assert ("merged", SCALE) in shares
    assert ("split", made.split) in shares
    assert cost(within, index) == made


def test_a_run_that_reads_no_persons_is_refused(trained_run: RunFolder, project: Config) -> None:
    with pytest.raises(UsageError, match="reads persons"):
        cost(trained_run, read_index(project.data.index))
