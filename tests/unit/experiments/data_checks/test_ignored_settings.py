import pytest

from blemore_cli.core.config.file import with_changes
from blemore_cli.core.config.schema import Config
from blemore_cli.experiments.data_checks.ignored_settings import ignored_settings

CHANGES = {"train.exploration": 2.0, "train.second_stage": False, "model.temperature": 3.0}


def test_settings_of_a_gate_over_latents_are_named_where_distributions_are_fused() -> None:
    [note] = ignored_settings(with_changes(Config(), CHANGES))
    assert note.startswith("without effect: train.exploration=2.0, train.second_stage=False, model.temperature=3.0;")
    assert ignored_settings(with_changes(Config(), {**CHANGES, "model.fusion": "weighted"})) == []


@pytest.mark.parametrize("changes", [{}, {"train.max_epochs": 3}, {"model.fusion": "pool", "model.selection": "full"}])
def test_nothing_is_said_of_settings_that_count(changes: dict[str, object]) -> None:
    assert ignored_settings(with_changes(Config(), changes)) == []
