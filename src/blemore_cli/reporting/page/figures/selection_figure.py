"""Heat map of the selection of encoders by the emotion set of the clip."""

import numpy as np

from blemore_cli.experiments.runs.loaded_run import LoadedModel
from blemore_cli.reporting.figure_data.selection import model_selection, selection_conclusion
from blemore_cli.reporting.page.drawing.figure import PageFigure, figure_of
from blemore_cli.reporting.page.drawing.heat_map import heat_map

CELL = (40.0, 21.0)
BELOW_LOWEST = 0.05
"""How far below the lowest share the shades begin, so that even that one has some."""


def selection_figure(model: LoadedModel) -> PageFigure | None:
    """Draws the shares of clips for which an encoder is kept; where all are kept, their mean weights.

    Returns:
        The figure; None for a model of one encoder, which has nothing to choose.
    """
    if len(model.encoders) < 2:
        return None
    table = model_selection(model)
    what = "mean fusion weight" if table.is_weight else "clips that have an encoder for which it is kept"
    palest = float(np.nanmin(table.values)) - BELOW_LOWEST
    label = f"{what}, by emotion set and encoder"
    return figure_of(
        model,
        svg=heat_map(table.values, table.rows, table.encoders, cell=CELL, label=label, palest=palest),
        caption=f"{what[0].upper()}{what[1:]}, in percent, by true emotion set (rows, with clips) and "
        f"encoder (columns), mean over {len(model.predicted)} seed{'s' * (len(model.predicted) > 1)}; the stronger the "
        "shade, the more.",
        conclusion=selection_conclusion(table),
    )
