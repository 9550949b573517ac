import numpy as np
import pytest

from blemore_cli.core.types import Bools, Floats
from blemore_cli.evaluation.metrics import official_scores
from blemore_cli.experiments.out_of_fold import OutOfFold
from blemore_cli.experiments.removal import cost_curve, removal_curves


def mean_score(found: OutOfFold, kept: Bools) -> float:
    labels = found.predicted(kept).label
    return float(np.mean([official_scores(found.clips.label, own).score for own in labels]))


def test_curves_begin_with_the_run_and_end_with_one_encoder(found: OutOfFold) -> None:
    kept: Bools = found.ask(lambda each, _: each.kept())
    curves = removal_curves(found, found.predicted(kept))
    assert curves is not None
    ranking: Floats = found.ask(lambda each, _: each.ranking)
    worst = np.where(found.available, ranking, np.inf).argmin(-1)
    last = np.arange(3) == worst[..., None]
    assert curves.n_removed == (0, 1, 2)
    for order in curves.score.values():
        assert order[0] == pytest.approx(mean_score(found, kept))
    assert curves.score["top_first"][-1] == pytest.approx(mean_score(found, last))
    assert curves.score["bottom_first"][-1] == pytest.approx(mean_score(found, found.best(1)))


def test_keeping_n_scores_what_the_n_best_ranked_say(found: OutOfFold) -> None:
    curve = cost_curve(found)
    assert curve.n == (1, 2, 3)
    kept: Bools = found.ask(lambda each, _: each.kept())
    assert curve.score[1] == pytest.approx(mean_score(found, kept))  # the models keep two
    np.testing.assert_allclose(curve.n_computed, found.available.sum(-1).mean())
