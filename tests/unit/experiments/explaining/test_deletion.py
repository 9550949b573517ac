import numpy as np
import pytest

from blemore_cli.core.types import Bools, Floats
from blemore_cli.evaluation.scoring.metrics import official_scores
from blemore_cli.experiments.explaining.deletion import cost_curve, deletion_curves_of
from blemore_cli.experiments.explaining.out_of_fold import OutOfFold


def mean_score(out_of_fold_grid: OutOfFold, kept: Bools) -> float:
    labels = out_of_fold_grid.predicted(kept).label
    return float(np.mean([official_scores(out_of_fold_grid.clips.label, own).score for own in labels]))


def test_curves_begin_with_the_run_and_end_with_one_encoder(out_of_fold_grid: OutOfFold) -> None:
    kept: Bools = out_of_fold_grid.on_grid(lambda model, _: model.kept())
    curves = deletion_curves_of(out_of_fold_grid, out_of_fold_grid.predicted(kept))
    assert curves is not None
    ranking: Floats = out_of_fold_grid.on_grid(lambda model, _: model.ranking)
    worst = np.where(out_of_fold_grid.available, ranking, np.inf).argmin(-1)
    last = np.arange(3) == worst[..., None]
    assert curves.n_removed == (0, 1, 2)
    for order in curves.score.values():
        assert order[0] == pytest.approx(mean_score(out_of_fold_grid, kept))
    assert curves.score["top_first"][-1] == pytest.approx(mean_score(out_of_fold_grid, last))
    assert curves.score["bottom_first"][-1] == pytest.approx(mean_score(out_of_fold_grid, out_of_fold_grid.best(1)))


def test_keeping_n_scores_what_the_n_best_ranked_say(out_of_fold_grid: OutOfFold) -> None:
    curve = cost_curve(out_of_fold_grid)
    assert curve.n == (1, 2, 3)
    kept: Bools = out_of_fold_grid.on_grid(lambda model, _: model.kept())
    assert curve.score[1] == pytest.approx(mean_score(out_of_fold_grid, kept))  # the models keep two
    np.testing.assert_allclose(curve.n_computed, out_of_fold_grid.available.sum(-1).mean())
