"""Tables of shares as shaded cells, every one with its number, so that shades only help the eye."""

from collections.abc import Collection, Sequence

import numpy as np
from markupsafe import Markup

from blemore_cli.core.types import Floats
from blemore_cli.reporting.notation import elided
from blemore_cli.reporting.report.svg import Drawing

NAME_WIDTH = 18
_CHARACTER, _GAP = 6.1, 6.0
DARK_FROM = 0.5


def heat_map(
    values: Floats,
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    cell: tuple[float, float],
    label: str,
    outlined: Collection[tuple[int, int]] = (),
) -> Markup:
    """Draws shares as whole percents on shades; the darkest is the largest.

    Args:
        values: (R, C) shares in [0, 1]; NaN leaves a cell empty.
        rows: R names on the left.
        columns: C names above.
        cell: Width and height of a cell.
        label: What is shown, for those who cannot see it.
        outlined: Cells with a frame, as row and column.
    """
    names, heads = elided(rows, NAME_WIDTH), elided(columns, NAME_WIDTH)
    left, top = _CHARACTER * max(map(len, names)) + _GAP, _CHARACTER * max(map(len, heads)) + _GAP
    width, height = cell
    drawing = Drawing(left + width * len(heads) + 1, top + height * len(names) + 1, label)
    for j, head in enumerate(heads):
        drawing.text((left + width * (j + 0.5) + 4, top - _GAP), head, css="row-name", turned=True)
    highest = float(np.nanmax(values, initial=0)) or 1.0
    for i, name in enumerate(names):
        drawing.text((left - _GAP, top + height * (i + 0.5) + 4), name, css="row-name", anchor="end")
        for j in range(len(heads)):
            corner = (left + width * j, top + height * i)
            _draw_cell(drawing, corner, cell, values[i, j] / highest, values[i, j])
            if (i, j) in outlined:
                drawing.bar(corner, cell, "outline")
    return drawing.svg()


def _draw_cell(
    drawing: Drawing, corner: tuple[float, float], cell: tuple[float, float], shade: float, share: float
) -> None:
    if not np.isfinite(share):
        return
    drawing.bar(corner, cell, "heat", opacity=round(float(shade), 2))
    if round(100 * share) > 0:
        css = "cell-dark" if shade > DARK_FROM else "cell"
        x, y = corner[0] + cell[0] / 2, corner[1] + cell[1] / 2 + 3.5
        drawing.text((x, y), f"{100 * share:.0f}", css=css, anchor="middle")
