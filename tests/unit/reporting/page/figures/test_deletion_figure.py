"""Figure of the deletion curves, and the notes below it."""

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from blemore_cli.experiments.runs.loaded_run import LoadedModel
from blemore_cli.reporting.page.figures.deletion_figure import deletion_figure, explanation_notes
from blemore_cli.reporting.tables.notation import DELETION_ORDERS


def test_there_is_none_without_an_explanation(loaded_model: LoadedModel) -> None:
    assert deletion_figure(replace(loaded_model, explanation=None)) is None
    assert explanation_notes([replace(loaded_model, explanation=None)]) == []


def test_notes_tell_verdict_and_agreement(loaded_model: LoadedModel) -> None:
    verdict, agreement = explanation_notes([loaded_model])
    assert verdict == "one: the gate is no better than chance."
    assert all(number in agreement for number in ("0.380", "0.310-0.440", "chance 0.375"))


def test_every_curve_has_a_row_in_the_key(loaded_model: LoadedModel) -> None:
    figure = deletion_figure(loaded_model)
    assert figure is not None
    places = {name: float(y) for y, name in re.findall(r'y="([\d.]+)"[^>]*>([a-z]+[- a-z]*)</text>', figure.svg)}
    heights = sorted(places[name] for name in DELETION_ORDERS.values())
    assert min(np.diff(heights)) >= 12
    assert [figure.svg.count(css) for css in ("curve-a", "curve-b", "curve-c")] == [2, 2, 2]


@pytest.mark.parametrize(
    ("changes", "conclusion"),
    [
        ({}, r"costs more .*\(\+0.100"),
        ({"area": -0.025}, r"costs no more .*\(-0.025"),
        ({"area_ci95": (-0.02, 0.2)}, r"costs no more .*\(\+0.100 .*-0.020 to 0.200"),
    ],
)
def test_the_conclusion_follows_area_and_interval(
    changes: dict[str, Any], conclusion: str, loaded_model: LoadedModel
) -> None:
    assert loaded_model.explanation is not None
    assert loaded_model.explanation.deletion is not None
    deletion = replace(loaded_model.explanation.deletion, **changes)
    explanation = loaded_model.explanation.model_copy(update={"deletion": deletion})
    figure = deletion_figure(replace(loaded_model, explanation=explanation))
    assert figure is not None
    assert re.search(conclusion, figure.conclusion)
