"""Names of the deletion curves, and the conclusion that follows from them."""

import re
from dataclasses import replace
from typing import Any

import pytest

from blemore_cli.evaluation.gate_quality.deletion_curves import DeletionCurves
from blemore_cli.experiments.runs.loaded_run import LoadedModel
from blemore_cli.reporting.figure_data.deletion import deletion_conclusion, deletion_lines


@pytest.fixture
def curves(loaded_model: LoadedModel) -> DeletionCurves:
    assert loaded_model.explanation is not None
    assert loaded_model.explanation.deletion is not None
    return loaded_model.explanation.deletion


def test_curves_have_their_values_from_the_highest(curves: DeletionCurves) -> None:
    lines = deletion_lines(curves)
    assert [line.name for line in lines] == ["last-ranked first", "random", "best-ranked first"]
    for line in lines:
        assert (line.score, line.log_loss) == (curves.score[line.order], curves.log_loss[line.order])


@pytest.mark.parametrize(
    ("changes", "conclusion"),
    [
        ({}, r"costs more .*\(\+0.100"),
        ({"area": -0.025}, r"costs no more .*\(-0.025"),
        ({"area_ci95": (-0.02, 0.2)}, r"costs no more .*\(\+0.100 .*-0.020 to 0.200"),
    ],
)
def test_the_conclusion_follows_area_and_interval(
    changes: dict[str, Any], conclusion: str, curves: DeletionCurves
) -> None:
    assert re.search(conclusion, deletion_conclusion(replace(curves, **changes)))
