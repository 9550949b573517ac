"""Drawings: valid, small and safe."""

from xml.etree import ElementTree

import pytest

from blemore_cli.reporting.page.drawing.svg import Drawing


def drawn(drawing: Drawing) -> ElementTree.Element:
    return ElementTree.fromstring(drawing.svg())  # noqa: S314  # our own


def test_words_and_labels_stay_words() -> None:
    hostile = 'a <script>"&" </svg>'
    drawing = Drawing(10, 20, hostile)
    drawing.text((1, 2), hostile, css="tick", anchor="end", turned=True)
    root = drawn(drawing)
    assert (root.get("aria-label"), root[0].text) == (hostile, hostile)
    assert (root.get("viewBox"), root[0].get("transform")) == ("0 0 10 20", "rotate(-90 1 2)")
    assert len(root) == 1


def test_every_shape_is_where_it_was_asked_for() -> None:
    drawing = Drawing(100, 50, "shapes")
    drawing.line((1.04, 2), (3, 4.26), "a")
    drawing.bar((5, 6), (7, 8), "b", opacity=0.5)
    drawing.dot((9, 10), "c", radius=2)
    drawing.diamond((20, 20), "d")
    drawing.cross((30, 30), "e")
    line, bar, dot, diamond, *cross = drawn(drawing)
    assert line.attrib == {"class": "a", "d": "M1 2L3 4.3"}
    assert bar.attrib == {"class": "b", "x": "5", "y": "6", "width": "7", "height": "8", "fill-opacity": "0.50"}
    assert dot.attrib == {"class": "c", "cx": "9", "cy": "10", "r": "2"}
    assert diamond.get("d") == "M15 20L20 15L25 20L20 25Z"
    assert [each.get("d") for each in cross] == ["M26.5 26.5L33.5 33.5", "M26.5 33.5L33.5 26.5"]


@pytest.mark.parametrize(("value", "text"), [(0.04, "0"), (-0.04, "0"), (1.25, "1.2"), (100.0, "100")])
def test_numbers_are_short(value: float, text: str) -> None:
    drawing = Drawing(1, 1, "")
    drawing.dot((value, 0), "")
    assert drawn(drawing)[0].get("cx", "").removeprefix("-") == text
