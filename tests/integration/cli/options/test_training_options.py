"""The options of training, as keys of the configuration."""

from pathlib import Path

from blemore_cli.cli.console import Output
from blemore_cli.cli.options.training_options import TrainingOptions, first_seeds
from blemore_cli.core.config.file import with_changes
from blemore_cli.core.config.schema import Config
from blemore_cli.experiments.runs.folder import RunFolder


def test_options_that_are_not_given_change_nothing() -> None:
    assert set(TrainingOptions().changes.values()) == {None}


def test_options_set_their_keys() -> None:
    given = TrainingOptions(encoders="a,b", protocol="official", seed=4, device="cpu", jobs=2)
    config = with_changes(Config(), given.changes)
    assert config.model.encoders == ["a", "b"]
    train = config.train
    assert (train.protocol, train.seed, train.device, train.jobs) == ("official", 4, "cpu", 2)


def test_extras_are_written_only_if_asked_for(tmp_path: Path) -> None:
    TrainingOptions().add_extras(RunFolder(tmp_path), Output())
    assert list(tmp_path.iterdir()) == []


def test_seeds_follow_the_configured_one() -> None:
    assert first_seeds(with_changes(Config(), {"train.seed": 7}), 3) == [7, 8, 9]
