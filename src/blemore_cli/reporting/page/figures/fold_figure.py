"""Figure of the Score of each held-out fold and seed."""

import numpy as np

from blemore_cli.core.types import Floats, Ints
from blemore_cli.evaluation.scoring.correct_counts import correct_counts
from blemore_cli.experiments.runs.loaded_run import LoadedModel
from blemore_cli.reporting.page.drawing.axis import spanning
from blemore_cli.reporting.page.drawing.figure import PageFigure
from blemore_cli.reporting.page.drawing.frame import Frame, draw_axes, framed
from blemore_cli.reporting.page.drawing.svg import Drawing

WIDTH, HEIGHT, DASH = 520.0, 260.0, 16.0


def fold_figure(model: LoadedModel) -> PageFigure | None:
    """Draws a dot for each fold and seed; None with a single fold."""
    folds, scores = fold_scores(model)
    if len(folds) < 2:
        return None
    n_seeds = len(scores)
    return PageFigure(
        svg=_drawn(folds, scores).svg(),
        caption=f"Score of each fold when it is left out: a circle for each of {n_seeds} "
        f"seed{'s' * (n_seeds > 1)}, a dash for their mean.",
        conclusion=_conclusion(folds, scores),
    )


def fold_scores(model: LoadedModel) -> tuple[Ints, Floats]:
    """The (F,) folds and the (S, F) Scores of each seed."""
    folds, group = np.unique(model.clips.fold, return_inverse=True)
    return folds, correct_counts(group, model.clips.label, model.predicted).scores()[..., 2]


def _drawn(folds: Ints, scores: Floats) -> Drawing:
    drawing = Drawing(WIDTH, HEIGHT, "Score of each fold and seed")
    frame = framed(drawing, (folds[0] - 0.5, folds[-1] + 0.5), spanning(scores.ravel()))
    draw_axes(frame, "fold left out", "Score", n_most=max(6, len(folds) + 1))
    for fold, column in zip(folds, scores.T, strict=True):
        _draw_fold(frame, int(fold), column)
    return drawing


def _draw_fold(frame: Frame, fold: int, scores: Floats) -> None:
    x, y = frame.at(fold, float(scores.mean()))
    frame.drawing.line((x - DASH, y), (x + DASH, y), "interval")
    for value in scores:
        frame.drawing.dot(frame.at(fold, float(value)), "mark-plain")


def _conclusion(folds: Ints, scores: Floats) -> str:
    means = scores.mean(axis=0)
    best, worst = int(means.argmax()), int(means.argmin())
    start = (
        f"Fold {folds[best]} is easiest ({means[best]:.3f}), fold {folds[worst]} hardest ({means[worst]:.3f}): "
        f"folds differ by {np.std(means, ddof=1):.3f} (SD)"
    )
    if len(scores) < 2:
        return f"{start}."
    within = float(np.sqrt(scores.var(axis=0, ddof=1).mean()))
    weight = "the actors left out matter more than the seed" if np.std(means, ddof=1) > within else "so do seeds"
    return f"{start}, seeds within a fold by {within:.3f}; {weight}."
