"""The curve of cost and what is said of it."""

from dataclasses import replace

import pytest

from blemore_cli.experiments.evidence import ModelEvidence
from blemore_cli.experiments.explanation_file import Cost
from blemore_cli.reporting.report.cost_figure import cost_figure


def with_cost(model: ModelEvidence, n_computed: list[float]) -> ModelEvidence:
    assert model.explanation is not None
    cost = Cost(n=[1, 2, 3], score=[0.1, 0.3, 0.2], n_computed=n_computed)
    return replace(model, explanation=replace(model.explanation, cost=cost))


@pytest.mark.parametrize(
    ("n_computed", "says"),
    [
        ([3.0, 3.0, 3.0], "even to keep 1, 3.0 must be extracted"),
        ([1.0, 2.0, 3.0], "only those that are kept must be extracted"),
    ],
)
def test_the_conclusion_follows_from_the_curve(n_computed: list[float], says: str, model: ModelEvidence) -> None:
    found = cost_figure(with_cost(model, n_computed))
    assert found is not None
    assert "0.100 with 1 and 0.200 with 3 encoders, and highest with 2 (0.300)" in found.says
    assert says in found.says
    depends = len(set(n_computed)) > 1
    assert [f">{value:.1f}</text>" in found.svg for value in n_computed] == [depends] * 3


def test_there_is_none_without_the_curve(model: ModelEvidence) -> None:
    assert model.explanation is not None
    assert cost_figure(replace(model, explanation=None)) is None
    assert cost_figure(replace(model, explanation=replace(model.explanation, cost=None))) is None
