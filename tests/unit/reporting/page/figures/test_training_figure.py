"""The curves of the inner trainings and what their caption concludes."""

from dataclasses import replace
from typing import Any

import pytest

from blemore_cli.experiments.runs.loaded_run import LoadedModel
from blemore_cli.reporting.page.figures.training_figure import training_curves, training_figure


def record(epoch: int, held_out: float, **more: Any) -> dict[str, Any]:
    return {"seed": 0, "stage": "inner", "epoch": epoch, "loss": 1.0, "held_out_loss": held_out, **more}


def test_curves_are_means_over_trainings(loaded_model: LoadedModel) -> None:
    curves = training_curves(loaded_model.log)
    assert curves is not None
    assert set(curves["n"]) == {2}
    assert curves.index.tolist() == [1, 2, 3]
    assert curves["train"].tolist() == pytest.approx([3.1, 2.6, 2.1])
    assert curves["held_out"].tolist() == pytest.approx([3.3, 2.9, 3.15])
    assert (curves["low"][3], curves["high"][3]) == (pytest.approx(3.03), pytest.approx(3.27))


def test_the_caption_says_when_it_was_lowest_and_what_was_chosen(loaded_model: LoadedModel) -> None:
    found = training_figure(loaded_model)
    assert found is not None
    assert "lowest after epoch 2 (2.900 nats), afterwards it rises by 0.250 up to epoch 3" in found.conclusion
    assert "2 to 4 epochs, median 3" in found.conclusion
    falling = training_figure(replace(loaded_model, log=[record(1, 2.0), record(2, 1.5)]))
    assert falling is not None
    assert "overfits" not in falling.conclusion


def test_trainings_that_were_not_watched_count_for_nothing(loaded_model: LoadedModel) -> None:
    unwatched = [{"seed": 0, "stage": "final", "epoch": epoch, "loss": 1.0} for epoch in (1, 2)]
    assert training_curves(unwatched) is None
    assert training_figure(replace(loaded_model, log=unwatched)) is None
    both = training_curves([*unwatched, record(2, 2.0, stage="other")])
    assert both is not None
    assert (both.index.tolist(), both["n"].tolist()) == ([2], [1])
