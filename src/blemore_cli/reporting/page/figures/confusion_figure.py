"""Confusion matrices of emotion sets, and of saliences among blends whose pair is right."""

import numpy as np

from blemore_cli.core.labels import IS_BLEND, N_EMOTIONS, RATIOS
from blemore_cli.core.rng import numpy_generator
from blemore_cli.core.types import Ints
from blemore_cli.evaluation.gate_quality.selection_shares import SET_NAMES
from blemore_cli.evaluation.scoring.confusion import N_RATIOS, ratio_confusion, set_confusion
from blemore_cli.evaluation.scoring.correct_counts import actor_index
from blemore_cli.evaluation.scoring.metrics import correct_flags
from blemore_cli.evaluation.statistics.actor_bootstrap import clustered_mean
from blemore_cli.experiments.runs.loaded_run import LoadedModel
from blemore_cli.reporting.page.drawing.figure import PageFigure
from blemore_cli.reporting.page.drawing.heat_map import heat_map
from blemore_cli.reporting.tables.notation import interval_text, share_text

SET_CELL, RATIO_CELL = (25.0, 21.0), (84.0, 46.0)
ORDER = (1, 0, 2)
"""From the first emotion's dominance to the second's, where `labels.RATIOS` begins with the even blend."""


def confusion_figure(model: LoadedModel) -> PageFigure:
    """Draws the confusion over the 16 emotion sets, as shares of the true set."""
    counts = set_confusion(model.clips.label, model.predicted)
    n_true = counts.sum(axis=1)
    with np.errstate(invalid="ignore"):
        shares = counts / n_true[:, None]
    n_clips = n_true // len(model.predicted)
    rows = [f"{name} {n:4d}" for name, n in zip(SET_NAMES, n_clips, strict=True)]
    label = "Confusion of emotion sets"
    return PageFigure(
        svg=heat_map(shares, rows, SET_NAMES, cell=SET_CELL, label=label, outlines_diagonal=True),
        caption="Share of the clips of each true emotion set (rows, with their number) that is predicted as each "
        "set (columns), in percent; outlined: right. Shares below half a percent are left blank.",
        conclusion=_set_conclusion(counts),
    )


def _set_conclusion(counts: Ints) -> str:
    right = np.diag(counts) / np.maximum(1, counts.sum(axis=1))
    known = np.flatnonzero(counts.sum(axis=1))
    best, worst = known[right[known].argmax()], known[right[known].argmin()]
    wrong = counts / np.maximum(1, counts.sum(axis=1))[:, None]
    np.fill_diagonal(wrong, 0)
    i, j = np.unravel_index(wrong.argmax(), wrong.shape)
    single, blend = slice(None, N_EMOTIONS), slice(N_EMOTIONS, None)
    as_blend = counts[single, blend].sum() / max(1, counts[single].sum())
    as_single = counts[blend, single].sum() / max(1, counts[blend].sum())
    return (
        f"{SET_NAMES[best]} is recognised best ({share_text(right[best])}), {SET_NAMES[worst]} worst "
        f"({share_text(right[worst])}). The commonest mistake is {SET_NAMES[i]} taken for {SET_NAMES[j]} "
        f"({share_text(wrong[i, j])}). {share_text(as_blend)} of the singles are predicted as "
        f"blends, {share_text(as_single)} of the blends as singles."
    )


def salience_figure(model: LoadedModel) -> PageFigure | None:
    """Draws the confusion of saliences; None where no pair is right."""
    counts = ratio_confusion(model.clips.label, model.predicted)[np.ix_(ORDER, ORDER)]
    if not counts.any():
        return None
    n_true = counts.sum(axis=1)
    shares = counts / np.maximum(1, n_true)[:, None]
    names = ["/".join(map(str, RATIOS[i])) for i in ORDER]
    rows = [f"{name} ({n / len(model.predicted):.0f})" for name, n in zip(names, n_true, strict=True)]
    label = "Confusion of saliences within right pairs"
    return PageFigure(
        svg=heat_map(shares, rows, names, cell=RATIO_CELL, label=label, outlines_diagonal=True),
        caption="True salience of the two emotions, first / second in the order of the labels (rows, with clips a "
        "seed), against the predicted one (columns), in percent of the row; only blends whose pair is right. "
        "Outlined: right.",
        conclusion=_salience_conclusion(model, counts),
    )


def _salience_conclusion(model: LoadedModel, counts: Ints) -> str:
    share = float(np.trace(counts) / counts.sum())
    chance = max(1 / N_RATIOS, float(counts.sum(axis=1).max() / counts.sum()))
    low, high = _interval(model) or (0.0, 1.0)
    verdict = "more than" if low > chance else "less than" if high < chance else "not distinguishable from"
    return (
        f"With the pair right, the salience is right in {share:.3f} of the cases, interval over actors "
        f"{interval_text((low, high))}: {verdict} the {chance:.3f} of always predicting one salience."
    )


def _interval(model: LoadedModel) -> tuple[float, float] | None:
    has_right_set, is_exact = correct_flags(model.clips.label, model.predicted)
    right = np.where(has_right_set & IS_BLEND[model.clips.label], is_exact, np.nan)
    generator = numpy_generator(0, "salience within right pairs")
    return clustered_mean(right, actor_index(model.clips), generator=generator).ci95
