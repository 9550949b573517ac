"""Names of the deletion curves, and the conclusion that follows from them."""

import re
from dataclasses import replace
from typing import Any

import pytest

from blemore_cli.evaluation.gate_quality.deletion_curves import DeletionCurves
from blemore_cli.experiments.runs.loaded_run import LoadedModel
from blemore_cli.reporting.figure_data.deletion import NAMES, deletion_conclusion


@pytest.fixture
def curves(loaded_model: LoadedModel) -> DeletionCurves:
    assert loaded_model.explanation is not None
    assert loaded_model.explanation.deletion is not None
    return loaded_model.explanation.deletion


def test_every_curve_has_a_name(curves: DeletionCurves) -> None:
    assert set(NAMES) == set(curves.score) == set(curves.log_loss)


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
