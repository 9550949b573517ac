"""Frame of a plot: plotting area, axes, and their names with units."""

from dataclasses import dataclass

from blemore_cli.reporting.page.drawing.axis import Scale, tick_text
from blemore_cli.reporting.page.drawing.svg import Drawing

LEFT, RIGHT, TOP, BOTTOM = 46.0, 12.0, 10.0, 38.0


@dataclass(frozen=True)
class Frame:
    """A drawing with a scale from left to right and one from the bottom up."""

    drawing: Drawing
    x: Scale
    y: Scale

    def at(self, x: float, y: float) -> tuple[float, float]:
        """The place of a pair of values."""
        return self.x(x), self.y(y)


def framed(drawing: Drawing, x_range: tuple[float, float], y_range: tuple[float, float]) -> Frame:
    """Scales that leave room for the axes."""
    x = Scale(*x_range, LEFT, drawing.width - RIGHT)
    return Frame(drawing, x, Scale(*y_range, drawing.height - BOTTOM, TOP))


def draw_axes(frame: Frame, x_name: str, y_name: str, *, n_most: int = 6) -> None:
    """Draws the grid, the values along both axes, and their names."""
    draw_y_axis(frame, y_name, n_most=n_most)
    draw_x_axis(frame, x_name, n_most=n_most)


def draw_y_axis(frame: Frame, name: str, *, n_most: int = 6) -> None:
    """Draws the axis on the left, with a line across for each value."""
    drawing, x, y = frame.drawing, frame.x, frame.y
    for value in y.ticks(n_most):
        drawing.line((x.start, y(value)), (x.end, y(value)), "grid")
        drawing.text((x.start - 6, y(value) + 3.5), tick_text(value), css="tick", anchor="end")
    drawing.text((11, (y.start + y.end) / 2), name, css="axis-name", anchor="middle", turned=True)


def draw_x_axis(frame: Frame, name: str, *, n_most: int = 6) -> None:
    """Draws the axis at the bottom."""
    drawing, x, bottom = frame.drawing, frame.x, frame.y.start
    drawing.line((x.start, bottom), (x.end, bottom), "axis")
    for value in x.ticks(n_most):
        drawing.line((x(value), bottom), (x(value), bottom + 4), "axis")
        drawing.text((x(value), bottom + 15), tick_text(value), css="tick", anchor="middle")
    drawing.text(((x.start + x.end) / 2, bottom + 31), name, css="axis-name", anchor="middle")
