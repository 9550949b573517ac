"""SVG drawing for a page: small, sharp, and coloured by the style sheet, so that it follows light and dark mode.

Shapes carry classes instead of colours; `templates/report.css` gives these their looks. Text stays text.
"""

from collections.abc import Iterable

from markupsafe import Markup, escape

Point = tuple[float, float]


class Drawing:
    """A drawing that grows shape by shape.

    Args:
        width: Width in units of the drawing; a page shows one unit as about one pixel.
        height: Height in the same units.
        label: Its content in words, for screen readers.
    """

    def __init__(self, width: float, height: float, label: str) -> None:
        self.width, self.height, self.label = width, height, label
        self._shapes: list[str] = []

    def line(self, start: Point, end: Point, css: str) -> None:
        """A straight line."""
        (x1, y1), (x2, y2) = start, end
        self._shapes.append(f'<path class="{css}" d="M{_number(x1)} {_number(y1)}L{_number(x2)} {_number(y2)}"/>')

    def curve(self, points: Iterable[Point], css: str) -> None:
        """A line through points."""
        self._shapes.append(f'<path class="{css}" d="M{_path(points)}"/>')

    def area(self, points: Iterable[Point], css: str) -> None:
        """A filled polygon."""
        self._shapes.append(f'<path class="{css}" d="M{_path(points)}Z"/>')

    def bar(self, corner: Point, size: Point, css: str, *, opacity: float = 1) -> None:
        """A rectangle from its upper left corner."""
        (x, y), (width, height) = corner, size
        place = f'x="{_number(x)}" y="{_number(y)}" width="{_number(width)}" height="{_number(height)}"'
        shade = "" if opacity == 1 else f' fill-opacity="{opacity:.2f}"'
        self._shapes.append(f'<rect class="{css}" {place}{shade}/>')

    def dot(self, centre: Point, css: str, *, radius: float = 3.5) -> None:
        """A circle."""
        x, y = centre
        self._shapes.append(f'<circle class="{css}" cx="{_number(x)}" cy="{_number(y)}" r="{_number(radius)}"/>')

    def diamond(self, centre: Point, css: str) -> None:
        """A square on its corner."""
        x, y = centre
        self.area([(x - 5, y), (x, y - 5), (x + 5, y), (x, y + 5)], css)

    def cross(self, centre: Point, css: str) -> None:
        """An x."""
        (x, y), r = centre, 3.5
        self.line((x - r, y - r), (x + r, y + r), css)
        self.line((x - r, y + r), (x + r, y - r), css)

    def text(self, place: Point, words: object, *, css: str, anchor: str = "start", turned: bool = False) -> None:
        """A line of text on its baseline; a turned one reads upwards."""
        x, y = map(_number, place)
        attributes = f' text-anchor="{anchor}"' if anchor != "start" else ""
        attributes += f' transform="rotate(-90 {x} {y})"' if turned else ""
        self._shapes.append(f'<text x="{x}" y="{y}" class="{css}"{attributes}>{escape(words)}</text>')

    def svg(self) -> Markup:
        """The drawing as an element of a page."""
        size = f'viewBox="0 0 {_number(self.width)} {_number(self.height)}" width="{_number(self.width)}"'
        body = "".join(self._shapes)
        return Markup(f'<svg {size} role="img" aria-label="{escape(self.label)}">{body}</svg>')  # noqa: S704


def _path(points: Iterable[Point]) -> str:
    return "L".join(f"{_number(x)} {_number(y)}" for x, y in points)


def _number(value: float) -> str:
    """At most one decimal, and no trailing zero."""
    return f"{value:.1f}".removesuffix(".0")
