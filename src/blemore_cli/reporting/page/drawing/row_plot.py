"""Row plot: value, interval and spread of each named row on one common axis."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Final, Literal

from markupsafe import Markup

from blemore_cli.reporting.page.drawing.axis import Scale, spanning
from blemore_cli.reporting.page.drawing.frame import Frame, draw_x_axis
from blemore_cli.reporting.page.drawing.svg import Drawing
from blemore_cli.reporting.tables.notation import elided

WIDTH, NAMES, ROW, HEAD, FOOT, EDGE = 760.0, 224.0, 22.0, 6.0, 40.0, 14.0
NAME_WIDTH: Final = 32
Mark = Literal["reference", "plain", "differs", "published", "untested"]


@dataclass(frozen=True)
class Row:
    """One row.

    Attributes:
        name: Its name.
        value: Where the mark is.
        mark: Its shape and colour.
        interval: Ends of a thin line, if any.
        bar: Ends of a broad pale bar, if any.
    """

    name: str
    value: float
    mark: Mark = "plain"
    interval: tuple[float, float] | None = None
    bar: tuple[float, float] | None = None


def row_plot(rows: Sequence[Row], axis_name: str, label: str, *, line_at: float | None = None) -> Markup:
    """Draws the rows from above, with a dotted line through all of them at `line_at`; `label` is for screen readers."""
    bottom = HEAD + ROW * len(rows)
    drawing = Drawing(WIDTH, bottom + FOOT, label)
    ends = [end for row in rows for end in (row.value, *(row.interval or ()), *(row.bar or ()))]
    ends += [] if line_at is None else [line_at]
    frame = Frame(drawing, Scale(*spanning(ends), NAMES, WIDTH - EDGE), Scale(0, 1, bottom, HEAD))
    for value in frame.x.ticks():
        drawing.line((frame.x(value), HEAD), (frame.x(value), bottom), "grid")
    if line_at is not None:
        drawing.line((frame.x(line_at), HEAD), (frame.x(line_at), bottom), "rule")
    for position, (row, name) in enumerate(zip(rows, elided([row.name for row in rows], NAME_WIDTH), strict=True)):
        _draw(drawing, frame.x, HEAD + ROW * (position + 0.5), row, name)
    draw_x_axis(frame, axis_name)
    return drawing.svg()


def _draw(drawing: Drawing, x: Scale, y: float, row: Row, name: str) -> None:
    drawing.text((NAMES - 10, y + 4), name, css="row-name", anchor="end")
    if row.bar is not None:
        low, high = map(x, row.bar)
        drawing.bar((low, y - 6), (high - low, 12), "spread")
    if row.interval is not None and all(map(isfinite, row.interval)):
        drawing.line((x(row.interval[0]), y), (x(row.interval[1]), y), "interval")
    _draw_mark(drawing, (x(row.value), y), row.mark)


def _draw_mark(drawing: Drawing, place: tuple[float, float], mark: Mark) -> None:
    if mark == "reference":
        drawing.diamond(place, "mark-reference")
    elif mark == "published":
        drawing.bar((place[0] - 3.5, place[1] - 3.5), (7, 7), "mark-published")
    elif mark == "untested":
        drawing.cross(place, "interval")
    else:
        drawing.dot(place, f"mark-{mark}", radius=4)
