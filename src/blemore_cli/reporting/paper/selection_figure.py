"""Heat map of the selection of encoders by emotion set."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from blemore_cli.experiments.runs.explanation_file import Explanation
from blemore_cli.reporting.figure_data.selection import explained_selection
from blemore_cli.reporting.paper.style import COLUMN_IN, paper_style, save_figure
from blemore_cli.reporting.tables.notation import elided

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_ROW_IN, _FRAME_IN = 0.155, 0.95
_NAME_WIDTH: Final = 20
_DARK: Final = 0.55
"""Share from which on numbers are white; the grey is the share itself, so that equal shares look equal."""


def save_selection_figure(explanation: Explanation, folder: Path) -> list[Path]:
    """Draws the shares, one column of a paper wide, and writes `selection.pdf`, `.svg` and `.png`.

    Raises:
        ArtefactError: If a file cannot be written.
    """
    with paper_style():
        title = f"How often {explanation.run} keeps each encoder, by emotion set"
        return save_figure(draw_selection(explanation), folder, "selection", title=title)


def draw_selection(explanation: Explanation) -> "Figure":
    """The figure itself, with a number in every cell so that it reads without colour; call it within `paper_style`."""
    from matplotlib.figure import Figure

    table = explained_selection(explanation)
    figure = Figure(figsize=(COLUMN_IN, _FRAME_IN + _ROW_IN * len(table.rows)), layout="constrained")
    panel = figure.subplots()
    panel.imshow(table.values, cmap="Greys", vmin=0.0, vmax=1.0, aspect="auto")
    size = 5.5 if len(table.encoders) <= 10 else 4.5
    for (row, column), share in np.ndenumerate(table.values):
        if np.isfinite(share):
            colour = "white" if share > _DARK else "black"
            panel.text(column, row, f"{100 * share:.0f}", ha="center", va="center", color=colour, fontsize=size)
    panel.axhline(0.5, color="black", linewidth=0.8)
    names = elided(table.encoders, _NAME_WIDTH)
    panel.set_xticks(range(len(names)), names, rotation=45, ha="right", rotation_mode="anchor")
    panel.set_yticks(range(len(table.rows)), table.rows)
    panel.tick_params(length=0)
    panel.spines[:].set_visible(False)
    panel.set_title("clips for which an encoder is kept, %  (n)", fontsize=6.5)
    return figure
