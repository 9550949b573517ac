import numpy as np
import pytest

from blemore_cli.core.types import Clips, Ints
from blemore_cli.evaluation.gate_quality.deletion_curves import (
    ORDERS,
    SubsetPredictions,
    area_between,
    deletion_curves,
    remaining_encoders,
)
from blemore_cli.evaluation.scoring.metrics import official_scores


def clips(n_actors: int) -> Clips:
    label = np.tile(np.array([0, 6, 7, 5]), 10)
    names = np.array([f"c{i}" for i in range(40)])
    actor = np.array([f"A{i % n_actors}" for i in range(40)])
    return Clips(names, actor, np.zeros(40, dtype=bool), np.zeros(40, dtype=np.int64), label)


def redone(label: Ints, n_wrong: int) -> SubsetPredictions:
    wrong = np.where(np.arange(40) < n_wrong, 3, label)
    return SubsetPredictions(np.stack([wrong, label]), np.full((2, 40), float(n_wrong)))


def test_curves_are_scores_and_losses_and_the_area_is_between_them() -> None:
    data = clips(5)
    wrong = {"top_first": [0, 20, 40], "bottom_first": [0, 0, 10], "random": [0, 10, 30]}
    found = deletion_curves(
        data,
        {order: [redone(data.label, n) for n in wrong[order]] for order in ORDERS},
        generator=np.random.default_rng(0),
    )
    for order in ORDERS:
        for place, n in enumerate(wrong[order]):
            labels = redone(data.label, n).label
            expected = np.mean([official_scores(data.label, own).score for own in labels])
            assert found.score[order][place] == pytest.approx(expected)
        assert found.log_loss[order] == tuple(map(float, wrong[order]))
    assert found.n_removed == (0, 1, 2)
    assert found.area == pytest.approx(area_between(found.score["bottom_first"], found.score["top_first"]))
    assert found.area_ci95 is not None
    assert found.area_ci95[0] < found.area < found.area_ci95[1]
    assert found.log_loss_area == 25.0


def test_one_actor_has_no_interval() -> None:
    data = clips(1)
    same = {order: [redone(data.label, 0)] * 2 for order in ORDERS}
    found = deletion_curves(data, same, generator=np.random.default_rng(0))
    assert (found.area, found.area_ci95) == (0.0, None)


def test_the_last_ranked_encoder_stays() -> None:
    available = np.array([[True, True, True], [True, False, False]])
    left = remaining_encoders(np.array([[1.0, 3.0, 2.0], [1.0, 0.0, 0.0]]), available, 2)
    assert left.tolist() == [[True, False, False], [True, False, False]]
