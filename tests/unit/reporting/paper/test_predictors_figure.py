import numpy as np
import pytest

from blemore_cli.experiments.runs.predictors_record import Predictors
from blemore_cli.reporting.paper.predictors_figure import MOST_GROUPS, draw_predictors
from blemore_cli.reporting.paper.style import paper_style


def test_a_point_a_group_filled_where_told_from_zero(predictors: Predictors) -> None:
    with paper_style():
        loss, score = draw_predictors(predictors).axes
    assert [label.get_text() for label in loss.get_yticklabels()] == ["face mean", "face std", "noise"]
    for panel, expected in ((loss, [0.08, 0.01, 0.0]), (score, [0.04, 0.005, 0.0])):
        points = [line for line in panel.lines if line.get_marker() == "o"]
        assert [float(np.asarray(line.get_xdata())[0]) for line in points] == pytest.approx(expected)
        assert [line.get_markerfacecolor() == "white" for line in points] == [False, True, True]


def test_the_first_groups_alone(predictors: Predictors) -> None:
    many = predictors.model_copy(update={"groups": predictors.groups * 10})
    with paper_style():
        loss, _ = draw_predictors(many).axes
    assert len(loss.get_yticks()) == MOST_GROUPS
