"""Heat map of the selection of encoders by emotion set."""

from typing import Final

import numpy as np
from matplotlib.figure import Figure

from blemore_cli.experiments.runs.explanation_file import Explanation
from blemore_cli.reporting.paper.style import column_figure
from blemore_cli.reporting.tables.notation import elided

_ROW_IN, _FRAME_IN = 0.155, 0.95
_NAME_WIDTH: Final = 20
_DARK: Final = 0.55
"""Share from which on numbers are white; the grey is the share itself, so that equal shares look equal."""


def draw_selection(explanation: Explanation) -> Figure:
    """The shares, with a number in every cell so that they read without colour; call it within `paper_style`."""
    encoders, selection = explanation.encoders, explanation.selection
    groups = {"all": selection.all, **selection.by_set}
    rows = [f"{name} ({selection.n_clips.get(name, explanation.n_clips)})" for name in groups]
    shares = np.array([[by_encoder[name] for name in encoders] for by_encoder in groups.values()])
    figure = column_figure(_FRAME_IN + _ROW_IN * len(rows))
    panel = figure.subplots()
    panel.imshow(shares, cmap="Greys", vmin=0.0, vmax=1.0, aspect="auto")
    size = 5.5 if len(encoders) <= 10 else 4.5
    for (row, column), share in np.ndenumerate(shares):
        if np.isfinite(share):
            colour = "white" if share > _DARK else "black"
            panel.text(column, row, f"{100 * share:.0f}", ha="center", va="center", color=colour, fontsize=size)
    panel.axhline(0.5, color="black", linewidth=0.8)
    names = elided(encoders, _NAME_WIDTH)
    panel.set_xticks(range(len(names)), names, rotation=45, ha="right", rotation_mode="anchor")
    panel.set_yticks(range(len(rows)), rows)
    panel.tick_params(length=0)
    panel.spines[:].set_visible(False)
    panel.set_title("clips for which an encoder is kept, %  (n)", fontsize=6.5)
    return figure
