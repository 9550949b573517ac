"""Heat map of shares, with a number in every cell so that shades only help the eye."""

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

from blemore_cli.core.types import Floats
from blemore_cli.reporting.page.drawing.svg import Drawing, Point
from blemore_cli.reporting.tables.notation import elided

NAME_WIDTH = 18
CHARACTER, GAP = 7.0, 6.0
DARK_FROM = 0.5


def heat_map(
    values: Floats,
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    cell: Point,
    label: str,
    outlines_diagonal: bool = False,
    palest: float = 0.0,
) -> Markup:
    """Draws shares as whole percents on shades; the darkest is the largest.

    Args:
        values: (R, C) shares in [0, 1]; NaN leaves a cell empty.
        rows: R names on the left.
        columns: C names above, turned where they are wider than a cell.
        cell: Width and height of a cell.
        label: Its content in words, for screen readers.
        outlines_diagonal: Whether the cells of equal row and column have a frame.
        palest: Share that has no shade.
    """
    names, heads = elided(rows, NAME_WIDTH), elided(columns, NAME_WIDTH)
    longest = max(map(len, heads)) * CHARACTER
    turned = longest > cell[0]
    left, top = CHARACTER * max(map(len, names)) + GAP, (longest if turned else 12) + GAP
    drawing = Drawing(left + cell[0] * len(heads) + 1, top + cell[1] * len(names) + 1, label)
    for j, head in enumerate(heads):
        x = left + cell[0] * (j + 0.5) + (4 if turned else 0)
        drawing.text((x, top - GAP), head, css="row-name", anchor="start" if turned else "middle", turned=turned)
    highest = float(np.nanmax(values, initial=palest))
    shades = np.clip((values - palest) / ((highest - palest) or 1.0), 0, 1)
    for i, name in enumerate(names):
        drawing.text((left - GAP, top + cell[1] * (i + 0.5) + 4), name, css="row-name", anchor="end")
        for j in range(len(heads)):
            corner = (left + cell[0] * j, top + cell[1] * i)
            _draw_cell(drawing, corner, cell, float(shades[i, j]), float(values[i, j]))
            if outlines_diagonal and i == j:
                drawing.bar(corner, cell, "outline")
    return drawing.svg()


def _draw_cell(drawing: Drawing, corner: Point, cell: Point, shade: float, share: float) -> None:
    if not np.isfinite(share):
        return
    drawing.bar(corner, cell, "heat", opacity=round(shade, 2))
    if round(100 * share) > 0:
        place = (corner[0] + cell[0] / 2, corner[1] + cell[1] / 2 + 3.5)
        drawing.text(place, f"{100 * share:.0f}", css="cell-dark" if shade > DARK_FROM else "cell", anchor="middle")
