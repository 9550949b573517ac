"""The figure of folds and seeds: its Scores, and what the caption says of them."""

from dataclasses import replace

import numpy as np
import pytest

from blemore_cli.evaluation.scoring.metrics import official_scores
from blemore_cli.experiments.runs.loaded_run import LoadedModel
from blemore_cli.reporting.page.figures.fold_figure import fold_figure, fold_scores


def test_scores_are_the_official_ones_and_the_caption_names_the_ends(loaded_model: LoadedModel) -> None:
    folds, scores = fold_scores(loaded_model)
    assert folds.tolist() == [0, 1, 2]
    for fold, column in zip(folds, scores.T, strict=True):
        own = loaded_model.clips.fold == fold
        expected = [official_scores(loaded_model.clips.label[own], each[own]).score for each in loaded_model.predicted]
        assert column == pytest.approx(expected)
    found, means = fold_figure(loaded_model), scores.mean(axis=0)
    assert found is not None
    assert f"Fold {means.argmax()} is easiest ({means.max():.3f}), fold {means.argmin()} hardest" in found.conclusion
    assert f"{np.std(means, ddof=1):.3f} (SD)" in found.conclusion
    assert found.svg.count("<circle") == 6


@pytest.mark.parametrize(("seeds", "says"), [([0, 0], "actors left out matter more"), ([0, 1], "so do seeds")])
def test_what_matters_more_follows_the_spreads(seeds: list[int], says: str, loaded_model: LoadedModel) -> None:
    """One prediction that is right in fold 0 alone, and one that never is: the seeds differ, or the folds alone do."""
    label = loaded_model.clips.label
    right = np.where(loaded_model.clips.fold == 0, label, (label + 6) % 36)
    predicted = np.stack([right, np.full_like(label, 5)])[seeds]
    found = fold_figure(replace(loaded_model, predicted=predicted))
    assert found is not None
    assert says in found.conclusion


def test_one_seed_has_no_spread_and_one_fold_no_figure(loaded_model: LoadedModel) -> None:
    one_seed = fold_figure(replace(loaded_model, predicted=loaded_model.predicted[:1]))
    assert one_seed is not None
    assert "seeds within" not in one_seed.conclusion
    rows = loaded_model.clips.fold == 1
    assert (
        fold_figure(
            replace(loaded_model, clips=loaded_model.clips.take(rows), predicted=loaded_model.predicted[:, rows])
        )
        is None
    )
