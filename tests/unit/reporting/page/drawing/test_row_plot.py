"""Plots of rows: every mark at its value on the common axis, with what belongs to it."""

from xml.etree import ElementTree

import pytest

from blemore_cli.reporting.page.drawing.row_plot import Mark, Row, row_plot


def drawn(*rows: Row, line_at: float | None = None) -> ElementTree.Element:
    return ElementTree.fromstring(row_plot(rows, "Score", "rows", line_at=line_at))  # noqa: S314  # our own


def of_class(root: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [each for each in root if each.get("class") == name]


def test_marks_lie_on_one_axis_in_their_order() -> None:
    root = drawn(Row("a", 0.2), Row("b", 0.6), Row("c", 0.4))
    x = [float(each.get("cx", "")) for each in of_class(root, "mark-plain")]
    y = [float(each.get("cy", "")) for each in of_class(root, "mark-plain")]
    assert x[2] - x[0] == pytest.approx(x[1] - x[2], abs=0.2)
    assert x[0] < x[2] < x[1]
    assert y == sorted(y)
    assert [each.text for each in of_class(root, "row-name")] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("mark", "tag"),
    [("reference", "path"), ("plain", "circle"), ("differs", "circle"), ("published", "rect")],
)
def test_marks_differ_in_shape_or_class(mark: Mark, tag: str) -> None:
    [shape] = of_class(drawn(Row("a", 0.2, mark)), f"mark-{mark}")
    assert shape.tag == tag


def test_interval_bar_and_line_are_drawn_where_there_are_some() -> None:
    bare = drawn(Row("a", 0.2))
    assert not any(of_class(bare, name) for name in ("interval", "spread", "rule"))
    full = drawn(Row("a", 0.2, interval=(0.1, 0.4), bar=(0.15, 0.3)), line_at=0.5)
    assert [len(of_class(full, name)) for name in ("interval", "spread", "rule")] == [1, 1, 1]
    [line], [bar] = of_class(full, "interval"), of_class(full, "spread")
    left, right = (float(place.split(" ")[0]) for place in line.get("d", "").removeprefix("M").split("L"))
    assert float(bar.get("width", "")) / (right - left) == pytest.approx(0.5, rel=0.05)


def test_an_interval_without_ends_is_left_out() -> None:
    nan = float("nan")
    root = drawn(Row("a", 0.2, interval=(nan, nan)), Row("b", 0.3, "untested"))
    assert len(of_class(root, "interval")) == 2  # the two strokes of the cross
    assert "nan" not in ElementTree.tostring(root, encoding="unicode")
