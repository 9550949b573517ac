"""The frame of a plot: everything between the axes, every tick at its value."""

from xml.etree import ElementTree

import pytest

from blemore_cli.reporting.page.drawing.frame import BOTTOM, LEFT, RIGHT, TOP, draw_axes, framed
from blemore_cli.reporting.page.drawing.svg import Drawing


def test_the_ends_of_the_ranges_are_the_corners_and_y_points_up() -> None:
    frame = framed(Drawing(300, 200, ""), (1, 5), (0.1, 0.3))
    assert frame.at(1, 0.1) == pytest.approx((LEFT, 200 - BOTTOM))
    assert frame.at(5, 0.3) == pytest.approx((300 - RIGHT, TOP))


def test_axes_are_named_and_ticks_stand_at_their_values() -> None:
    drawing = Drawing(300, 200, "")
    frame = framed(drawing, (0, 4), (0, 1))
    draw_axes(frame, "epoch", "loss (nats)")
    texts = list(ElementTree.fromstring(drawing.svg()).iter("text"))  # noqa: S314  # our own
    assert {"epoch", "loss (nats)"} == {text.text for text in texts if text.get("class") == "axis-name"}
    ticks = [text for text in texts if text.get("class") == "tick"]
    along = {text.text: float(text.get("x", "")) for text in ticks if text.get("text-anchor") == "middle"}
    up = {text.text: float(text.get("y", "")) for text in ticks if text.get("text-anchor") == "end"}
    assert list(along) == ["0", "1", "2", "3", "4"]
    assert list(up) == ["0", "0.2", "0.4", "0.6", "0.8", "1"]
    assert all(x == pytest.approx(frame.x(float(name or "")), abs=0.1) for name, x in along.items())
    assert all(y == pytest.approx(frame.y(float(name or "")) + 3.5, abs=0.1) for name, y in up.items())
