"""What holds for every figure of the page: a drawing that is valid, within its frame and described, and a caption."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from xml.etree import ElementTree

import pytest

from blemore_cli.evaluation.domain_shift.shift import Shift
from blemore_cli.experiments.runs.loaded_run import LoadedModel, LoadedRun
from blemore_cli.reporting.page.build_report import PER_MODEL
from blemore_cli.reporting.page.drawing.figure import PageFigure
from blemore_cli.reporting.page.figures.difference_figure import difference_figure
from blemore_cli.reporting.page.figures.score_figure import score_figure
from blemore_cli.reporting.page.figures.shift_figure import shift_figure
from blemore_cli.reporting.tables.published import PUBLISHED

NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
Draw = Callable[[LoadedRun], PageFigure | None]


def of_main(draw: Callable[[LoadedModel], PageFigure | None], runs: LoadedRun) -> PageFigure | None:
    return draw(runs.main)


DRAWN: dict[str, Draw] = {
    **{key: partial(of_main, draw) for key, (_, draw, _) in PER_MODEL.items()},
    "scores": lambda runs: score_figure(runs.models, PUBLISHED),
    "differences": lambda runs: difference_figure(runs.ablation) if runs.ablation else None,
    "shift": lambda runs: shift_figure({"face": Shift(0.9, 0.4, 0.6), "noise": Shift(None, None, None)}, runs.main),
}


@pytest.fixture
def explained(loaded_arms: LoadedRun, loaded_model: LoadedModel) -> LoadedRun:
    """The arms, with an odd name and with what was explained of the other run."""
    odd = [replace(each, arm=f"{each.arm} <&>", explanation=loaded_model.explanation) for each in loaded_arms.models]
    return replace(loaded_arms, models=tuple(odd))


@pytest.mark.parametrize("name", DRAWN)
def test_a_figure_is_whole(name: str, explained: LoadedRun) -> None:
    figure = DRAWN[name](explained)
    assert figure is not None
    root = ElementTree.fromstring(figure.svg)  # noqa: S314  # our own
    assert (root.tag, root.get("role")) == ("svg", "img")
    assert root.get("aria-label")
    assert len(root) > 5
    width, height = map(float, (root.get("viewBox") or "").split()[2:])
    for shape in root:
        assert shape.get("id") is None  # several drawings share a page
        assert "nan" not in ElementTree.tostring(shape, encoding="unicode").split(">")[0].lower()
        x, y = places(shape)
        assert min(x) >= -1, (name, shape.attrib)
        assert max(x) <= width + 1, (name, shape.attrib)
        assert min(y) >= -1, (name, shape.attrib)
        assert max(y) <= height + 1, (name, shape.attrib)
    assert figure.caption.endswith(".")
    assert figure.conclusion.endswith(".")
    assert NUMBER.search(figure.conclusion)
    assert not re.search(r"\bnan\b|\bNone\b|  ", f"{figure.caption} {figure.conclusion}")


def places(shape: ElementTree.Element) -> tuple[list[float], list[float]]:
    """The coordinates that a shape is drawn through."""
    if shape.tag == "path":
        numbers = list(map(float, NUMBER.findall(shape.get("d") or "")))
        return numbers[::2], numbers[1::2]
    x, y, width, height = (float(shape.get(key, 0)) for key in ("x", "y", "width", "height"))
    centre_x, centre_y = float(shape.get("cx", x)), float(shape.get("cy", y))
    return [centre_x, centre_x + width], [centre_y, centre_y + height]
