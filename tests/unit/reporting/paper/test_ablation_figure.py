"""The figure of an ablation: what it shows, and at which size."""

from dataclasses import replace

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from blemore_cli.experiments.runs.ablation_file import Ablation
from blemore_cli.reporting.paper.ablation_figure import MARKS, draw_ablation
from blemore_cli.reporting.paper.style import paper_style


def drawn(result: Ablation) -> Figure:
    with paper_style():
        figure = draw_ablation(result)
        figure.draw_without_rendering()
    return figure


def in_row(line: Line2D, row: int) -> bool:
    return bool((np.asarray(line.get_ydata()) == row).all())


def segments(figure: Figure, panel: int, row: int) -> list[list[float]]:
    """Ends of the lines of one row, spread first."""
    lines = [line for line in figure.axes[panel].lines if in_row(line, row) and len(np.asarray(line.get_xdata())) == 2]
    return [np.asarray(line.get_xdata()).tolist() for line in lines]


def test_intervals_and_spreads_are_those_of_the_arms(ablation: Ablation) -> None:
    figure = drawn(ablation)
    for row, arm in enumerate(ablation.arms):
        spread, interval = segments(figure, 0, row)
        assert spread == pytest.approx([arm.score - 0.004, arm.score + 0.004])
        assert interval == pytest.approx(arm.ci95)
    assert segments(figure, 1, 1) == [pytest.approx([-0.05, -0.025])]
    assert segments(figure, 1, 0) == []


def test_the_difference_panel_always_shows_zero(ablation: Ablation) -> None:
    low, high = drawn(ablation.model_copy(update={"arms": ablation.arms[:2]})).axes[1].get_xlim()
    assert low < -0.05
    assert high > 0


def test_marks_are_told_apart_without_colour() -> None:
    assert len({(mark.marker, mark.filled) for mark in MARKS.values()}) == 4


def test_marks_follow_verdicts(ablation: Ablation) -> None:
    panel = drawn(ablation).axes[1]
    markers = [line.get_marker() for line in panel.lines if len(np.asarray(line.get_xdata())) == 1]
    assert markers == ["D", "o", "x", "o"]


def test_the_legend_names_only_what_is_drawn(ablation: Ablation, lonely: Ablation) -> None:
    def legend(result: Ablation) -> list[str]:
        return [text.get_text() for text in drawn(result).legends[0].get_texts()]

    assert len(legend(ablation)) == 6
    assert legend(lonely) == ["95 % CI over actors", "reference"]


def test_what_is_read_beside_the_clip_is_said_below(ablation: Ablation) -> None:
    assert drawn(ablation).get_supxlabel() == ""
    arms = (ablation.arms[0], ablation.arms[1].model_copy(update={"standardize": "person"}), *ablation.arms[2:])
    figure = drawn(ablation.model_copy(update={"arms": arms}))
    assert figure.get_supxlabel() == "transductive: features standardised within each person (random)"
    assert figure.get_size_inches()[1] > drawn(ablation).get_size_inches()[1]


def test_every_arm_has_its_row_and_the_failed_are_named(ablation: Ablation) -> None:
    panel = drawn(ablation).axes[0]
    names = [label.get_text() for label in panel.get_yticklabels()]
    assert names == ["learned", "random", "same", "top_n=3 & [50 %]", "dann"]
    assert [(text.get_text(), text.get_position()[1]) for text in panel.texts] == [("failed", 4)]
    assert panel.get_ylim()[0] > panel.get_ylim()[1]


def test_one_column_wide_and_taller_with_arms(ablation: Ablation, lonely: Ablation) -> None:
    arms = tuple(
        ablation.arms[1].model_copy(update={"name": f"a very long name of an arm, number {i}"}) for i in range(29)
    )
    many = drawn(ablation.model_copy(update={"arms": (ablation.arms[0], *arms), "failed": {}}))
    assert many.get_size_inches()[0] == drawn(lonely).get_size_inches()[0] == pytest.approx(3.3)
    assert 5 < many.get_size_inches()[1] < 8
    assert len({label.get_text() for label in many.axes[0].get_yticklabels()}) == 30


@pytest.mark.parametrize("ends", [(0.0, 0.0), (float("nan"), float("nan"))])
def test_degenerate_intervals_are_drawn_without_complaint(ablation: Ablation, ends: tuple[float, float]) -> None:
    tests = tuple(replace(test, difference=0.0, ci95=ends, p_value=None, p_adjusted=None) for test in ablation.tests)
    low, high = drawn(ablation.model_copy(update={"tests": tests})).axes[1].get_xlim()
    assert low <= -0.01
    assert high >= 0.01


def test_names_are_not_read_as_mathematics(ablation: Ablation) -> None:
    odd = ablation.model_copy(
        update={"arms": (ablation.arms[0], ablation.arms[1].model_copy(update={"name": "$a_{$ \\frac"})), "tests": ()}
    )
    assert drawn(odd).axes[0].get_yticklabels()[1].get_text() == "$a_{$ \\frac"


def test_nothing_but_failures_is_drawn_too(ablation: Ablation) -> None:
    assert len(drawn(ablation.model_copy(update={"arms": (), "tests": ()})).axes) == 1
