"""Heat maps: the number of every cell, shades in the order of the shares, nothing where nothing is known."""

from xml.etree import ElementTree

import numpy as np

from blemore_cli.core.types import Floats
from blemore_cli.reporting.page.drawing.heat_map import heat_map


def drawn(values: Floats, *, palest: float = 0.0, outlines_diagonal: bool = False) -> ElementTree.Element:
    rows, columns = (["r"] * size for size in values.shape)
    svg = heat_map(
        values, rows, columns, cell=(20, 10), label="shares", outlines_diagonal=outlines_diagonal, palest=palest
    )
    return ElementTree.fromstring(svg)  # noqa: S314  # our own


def shades(root: ElementTree.Element) -> list[float]:
    return [float(each.get("fill-opacity", 1)) for each in root.iter("rect") if each.get("class") == "heat"]


def test_cells_have_their_percents_and_shades_their_order() -> None:
    values = np.array([[0.004, 0.5, 0.126], [0.25, np.nan, 0.0]])
    root = drawn(values)
    cells = [each.text for each in root.iter("text") if (each.get("class") or "").startswith("cell")]
    assert cells == ["50", "13", "25"]  # less than half a percent stays blank, and so does what is not known
    assert shades(root) == [0.01, 1, 0.25, 0.5, 0]
    dark = [each.text for each in root.iter("text") if each.get("class") == "cell-dark"]
    assert dark == ["50"]  # light ink where the shade is dark


def test_the_palest_has_no_shade_and_equal_shares_no_contrast() -> None:
    assert shades(drawn(np.array([[0.2, 0.3, 0.4]]), palest=0.2)) == [0, 0.5, 1]
    assert shades(drawn(np.zeros((2, 2)))) == [0, 0, 0, 0]


def test_outlines_are_around_the_cells_of_the_diagonal() -> None:
    root = drawn(np.full((2, 2), 0.5), outlines_diagonal=True)
    [_, outline] = [each for each in root.iter("rect") if each.get("class") == "outline"]
    cells = [each for each in root.iter("rect") if each.get("class") == "heat"]
    assert [outline.get(key) for key in ("x", "y", "width")] == [cells[3].get(key) for key in ("x", "y", "width")]
