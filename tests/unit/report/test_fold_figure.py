"""The figure of folds and seeds: its Scores, and what the caption says of them."""

from dataclasses import replace

import numpy as np
import pytest

from blemore_cli.evaluation.metrics import official_scores
from blemore_cli.experiments.evidence import ModelEvidence
from blemore_cli.reporting.report.fold_figure import fold_figure, fold_scores


def test_scores_are_the_official_ones_and_the_caption_names_the_ends(model: ModelEvidence) -> None:
    folds, scores = fold_scores(model)
    assert folds.tolist() == [0, 1, 2]
    for fold, column in zip(folds, scores.T, strict=True):
        own = model.clips.fold == fold
        expected = [official_scores(model.clips.label[own], each[own]).score for each in model.predicted]
        assert column == pytest.approx(expected)
    found, means = fold_figure(model), scores.mean(axis=0)
    assert found is not None
    assert f"Fold {means.argmax()} is easiest ({means.max():.3f}), fold {means.argmin()} hardest" in found.says
    assert f"{np.std(means, ddof=1):.3f} (SD)" in found.says
    assert found.svg.count("<circle") == 6


@pytest.mark.parametrize(("seeds", "says"), [([0, 0], "who is left out matters more"), ([0, 1], "so do seeds")])
def test_what_matters_more_follows_the_spreads(seeds: list[int], says: str, model: ModelEvidence) -> None:
    """One prediction that is right in fold 0 alone, and one that never is: the seeds differ, or the folds alone do."""
    label = model.clips.label
    right = np.where(model.clips.fold == 0, label, (label + 6) % 36)
    predicted = np.stack([right, np.full_like(label, 5)])[seeds]
    found = fold_figure(replace(model, predicted=predicted))
    assert found is not None
    assert says in found.says


def test_one_seed_has_no_spread_and_one_fold_no_figure(model: ModelEvidence) -> None:
    one_seed = fold_figure(replace(model, predicted=model.predicted[:1]))
    assert one_seed is not None
    assert "seeds within" not in one_seed.says
    rows = model.clips.fold == 1
    assert fold_figure(replace(model, clips=model.clips.take(rows), predicted=model.predicted[:, rows])) is None
