"""Confusion matrix of emotion sets."""

import numpy as np

from blemore_cli.core.labels import N_EMOTIONS
from blemore_cli.core.types import Ints
from blemore_cli.evaluation.gate_quality.selection_shares import SET_NAMES
from blemore_cli.evaluation.scoring.confusion import set_confusion
from blemore_cli.experiments.runs.loaded_run import LoadedModel
from blemore_cli.reporting.page.drawing.figure import PageFigure, figure_of
from blemore_cli.reporting.page.drawing.heat_map import heat_map
from blemore_cli.reporting.tables.notation import share_text

CELL = (25.0, 21.0)


def confusion_figure(model: LoadedModel) -> PageFigure:
    """Draws the confusion over the 16 emotion sets, as shares of the true set."""
    counts = set_confusion(model.clips.label, model.predicted)
    n_true = counts.sum(axis=1)
    with np.errstate(invalid="ignore"):
        shares = counts / n_true[:, None]
    n_clips = n_true // len(model.predicted)
    rows = [f"{name} {n:4d}" for name, n in zip(SET_NAMES, n_clips, strict=True)]
    label = "Confusion of emotion sets"
    return figure_of(
        model,
        svg=heat_map(shares, rows, SET_NAMES, cell=CELL, label=label, outlines_diagonal=True),
        caption="Share of the clips of each true emotion set (rows, with their number) that is predicted as each "
        "set (columns), in percent; outlined: right. Shares below half a percent are left blank.",
        conclusion=_conclusion(counts),
    )


def _conclusion(counts: Ints) -> str:
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
