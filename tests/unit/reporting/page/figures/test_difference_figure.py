"""The figure of the differences marks and names the arms that the tests tell apart."""

from dataclasses import replace

import pytest

from blemore_cli.experiments.runs.ablation_file import Ablation
from blemore_cli.reporting.page.figures.difference_figure import difference_figure


def test_an_arm_that_differs_is_filled_and_named(written_ablation: Ablation) -> None:
    figure = difference_figure(written_ablation)
    assert figure is not None
    assert figure.conclusion == "random (-0.040) differs from learned beyond chance."
    assert figure.svg.count("mark-differs") == 1


@pytest.mark.parametrize(("p_value", "mark"), [(0.2, "mark-plain"), (None, "interval")])
def test_what_is_not_told_apart_has_its_own_mark(p_value: float | None, mark: str, written_ablation: Ablation) -> None:
    tests = tuple(replace(test, p_value=p_value, p_adjusted=p_value) for test in written_ablation.tests)
    figure = difference_figure(written_ablation.model_copy(update={"tests": tests}))
    assert figure is not None
    assert "mark-differs" not in figure.svg
    assert f'class="{mark}"' in figure.svg


def test_an_arm_without_a_test_is_crossed(written_ablation: Ablation) -> None:
    figure = difference_figure(written_ablation.model_copy(update={"tests": ()}))
    assert figure is not None
    assert figure.svg.count('class="interval"') == 2


def test_a_reference_alone_has_no_figure(written_ablation: Ablation) -> None:
    assert difference_figure(written_ablation.model_copy(update={"arms": written_ablation.arms[1:]})) is None


def conclusion_of(ablation: Ablation) -> str:
    figure = difference_figure(ablation)
    assert figure is not None
    return figure.conclusion


def test_the_conclusion_names_the_arms_that_differ(ablation: Ablation) -> None:
    assert conclusion_of(ablation) == "random (-0.040) differs from learned beyond chance."
    tests = tuple(replace(test, p_adjusted=0.01) for test in ablation.tests if test.p_value)
    both = conclusion_of(ablation.model_copy(update={"tests": tests}))
    assert both.startswith("random (-0.040) and top_n=3 & [50 %] (-0.004) differ from")


def test_otherwise_it_bounds_what_could_have_been_missed(ablation: Ablation) -> None:
    tests = tuple(replace(test, p_adjusted=0.2) for test in ablation.tests)
    conclusion = conclusion_of(ablation.model_copy(update={"tests": tests}))
    assert "No arm differs from learned by more than 47 actors can tell" in conclusion
    assert "up to 0.050." in conclusion
    assert "up to" not in conclusion_of(ablation.model_copy(update={"tests": ()}))


def test_the_negative_control_is_said_after_the_other_arms_and_is_none_of_them(ablation: Ablation) -> None:
    control = {"arms": (*ablation.arms[:1], ablation.arms[1].model_copy(update={"difference": {"train.seed": "1000"}}))}
    alone = ablation.model_copy(update={**control, "negative_control": "it straddles zero"})
    assert conclusion_of(alone) == "it straddles zero."
    both = ablation.model_copy(update={"negative_control": "it straddles zero"})
    assert conclusion_of(both) == f"{conclusion_of(ablation)} it straddles zero."
