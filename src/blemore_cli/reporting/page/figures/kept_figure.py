"""Which encoders are kept, by the emotion set of the clip."""

import numpy as np

from blemore_cli.core.types import Bools, Floats
from blemore_cli.evaluation.gate_quality.selection_shares import by_set, selection_shares
from blemore_cli.experiments.runs.loaded_run import LoadedModel
from blemore_cli.reporting.page.drawing.figure import PageFigure, figure_of, share_text
from blemore_cli.reporting.page.drawing.heat_map import heat_map

CELL = (40.0, 21.0)
BELOW_LOWEST = 0.05
"""How far below the lowest share the shades begin, so that even that one has some."""


def kept_figure(model: LoadedModel) -> PageFigure | None:
    """Draws the shares of clips for which an encoder is kept; where all are kept, their mean weights.

    Returns:
        The figure; None for a model of one encoder, which has nothing to choose.
    """
    if len(model.encoders) < 2:
        return None
    keeps_all = bool((model.weights > 0).all())
    groups = {**by_set(model.clips), "all clips": np.ones(len(model.clips), dtype=bool)}
    values = np.stack([_shares(model, own, keeps_all) for own in groups.values()])
    what = "mean fusion weight" if keeps_all else "clips that have an encoder for which it is kept"
    return figure_of(
        model,
        svg=heat_map(
            values,
            list(groups),
            model.encoders,
            cell=CELL,
            label=f"{what}, by emotion set and encoder",
            palest=float(np.nanmin(values)) - BELOW_LOWEST,
        ),
        shows=f"{what[0].upper()}{what[1:]}, in percent, by true emotion set (rows) and encoder (columns), mean over "
        f"{len(model.predicted)} seed{'s' * (len(model.predicted) > 1)}; the stronger the shade, the more.",
        says=_conclusion(model, list(groups), values, keeps_all),
    )


def _shares(model: LoadedModel, own: Bools, keeps_all: bool) -> Floats:
    if keeps_all:
        return np.asarray(model.weights[:, own].mean(axis=(0, 1)))
    return selection_shares(model.weights[:, own] > 0, model.present[own])


def _conclusion(model: LoadedModel, groups: list[str], values: Floats, keeps_all: bool) -> str:
    overall = np.nan_to_num(values[-1])
    most, least = int(overall.argmax()), int(overall.argmin())
    verb = "weighs most" if keeps_all else "is kept most"
    start = (
        f"{model.encoders[most]} {verb} ({share_text(overall[most])}), {model.encoders[least]} least "
        f"({share_text(overall[least])}); an even choice would give each {share_text(float(overall.mean()))}."
    )
    departures = np.nan_to_num(values[:-1] - overall)
    i, j = np.unravel_index(np.abs(departures).argmax(), departures.shape)
    points = 100 * departures[i, j]
    return (
        f"{start} The set that matters most for the choice is {groups[i]}: {model.encoders[j]} has "
        f"{abs(points):.0f} percentage points {'more' if points > 0 else 'less'} there than over all clips."
    )
