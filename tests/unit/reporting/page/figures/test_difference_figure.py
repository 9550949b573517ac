"""The figure of the differences marks and names the arms that the tests tell apart."""

from dataclasses import replace

import pytest

from blemore_cli.experiments.runs.ablation_file import Ablation
from blemore_cli.reporting.page.figures.difference_figure import difference_figure


def test_an_arm_that_differs_is_filled_and_named(written_ablation: Ablation) -> None:
    found = difference_figure(written_ablation)
    assert found is not None
    assert found.says == "random (-0.040) differs from learned beyond chance."
    assert found.svg.count("mark-differs") == 1


@pytest.mark.parametrize(("p_value", "mark"), [(0.2, "mark-plain"), (None, "interval")])
def test_what_is_not_told_apart_is_bounded(p_value: float | None, mark: str, written_ablation: Ablation) -> None:
    tests = tuple(replace(test, p_value=p_value, p_adjusted=p_value) for test in written_ablation.tests)
    found = difference_figure(written_ablation.model_copy(update={"tests": tests}))
    assert found is not None
    assert "No arm differs from learned" in found.says
    assert "up to 0.060" in found.says
    assert "mark-differs" not in found.svg
    assert f'class="{mark}"' in found.svg


def test_an_arm_without_a_test_is_crossed(written_ablation: Ablation) -> None:
    found = difference_figure(written_ablation.model_copy(update={"tests": ()}))
    assert found is not None
    assert found.svg.count('class="interval"') == 2
    assert "up to" not in found.says


def test_a_reference_alone_has_no_figure(written_ablation: Ablation) -> None:
    assert difference_figure(written_ablation.model_copy(update={"arms": written_ablation.arms[1:]})) is None
