"""Heat map of the selection of encoders by the emotion set of the clip."""

import numpy as np

from blemore_cli.core.types import Floats
from blemore_cli.evaluation.gate_quality.selection_shares import by_set, selection_shares
from blemore_cli.experiments.runs.loaded_run import LoadedModel
from blemore_cli.reporting.page.drawing.figure import PageFigure
from blemore_cli.reporting.page.drawing.heat_map import heat_map
from blemore_cli.reporting.tables.notation import share_text

CELL = (40.0, 21.0)
BELOW_LOWEST = 0.05
"""How far below the lowest share the shades begin, so that even that one has some."""


def selection_figure(model: LoadedModel) -> PageFigure | None:
    """Draws the shares of clips that keep an encoder, or mean weights where all are kept; None for one encoder."""
    if len(model.encoders) < 2:
        return None
    is_weight = bool((model.weights > 0).all())
    groups = {"all": np.ones(len(model.clips), dtype=bool), **by_set(model.clips)}
    values = np.stack(
        [
            model.weights[:, rows].mean(axis=(0, 1))
            if is_weight
            else selection_shares(model.weights[:, rows] > 0, model.present[rows])
            for rows in groups.values()
        ]
    )
    what = "mean fusion weight" if is_weight else "clips that have an encoder for which it is kept"
    names = [f"{name} ({rows.sum()})" for name, rows in groups.items()]
    palest = float(np.nanmin(values)) - BELOW_LOWEST
    label = f"{what}, by emotion set and encoder"
    return PageFigure(
        svg=heat_map(values, names, model.encoders, cell=CELL, label=label, palest=palest),
        caption=f"{what[0].upper()}{what[1:]}, in percent, by true emotion set (rows, with clips) and "
        f"encoder (columns), mean over {len(model.predicted)} seed{'s' * (len(model.predicted) > 1)}; the stronger the "
        "shade, the more.",
        conclusion=_conclusion(values, list(groups), model.encoders, "weighs" if is_weight else "is kept"),
    )


def _conclusion(values: Floats, groups: list[str], encoders: tuple[str, ...], verb: str) -> str:
    """Which encoders are used most and least, and for which emotion set the selection departs most from that."""
    overall = np.nan_to_num(values[0])
    most, least = int(overall.argmax()), int(overall.argmin())
    departures = np.nan_to_num(values[1:] - overall)
    i, j = np.unravel_index(np.abs(departures).argmax(), departures.shape)
    points = 100 * departures[i, j]
    return (
        f"{encoders[most]} {verb} most ({share_text(overall[most])}), {encoders[least]} least "
        f"({share_text(overall[least])}); an even choice would give each {share_text(float(overall.mean()))}. "
        f"The set that matters most for the choice is {groups[i + 1]}: {encoders[j]} has {abs(points):.0f} percentage "
        f"points {'more' if points > 0 else 'less'} there than over all clips."
    )
