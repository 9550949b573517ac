"""The curve of cost and what is said of it."""

from dataclasses import replace

import pytest

from blemore_cli.experiments.runs.explanation_file import ExtractionCost
from blemore_cli.experiments.runs.loaded_run import LoadedModel
from blemore_cli.reporting.page.figures.cost_figure import cost_figure


def with_cost(loaded_model: LoadedModel, n_computed: list[float]) -> LoadedModel:
    assert loaded_model.explanation is not None
    cost = ExtractionCost(n=(1, 2, 3), score=(0.1, 0.3, 0.2), n_computed=tuple(n_computed))
    return replace(loaded_model, explanation=loaded_model.explanation.model_copy(update={"cost": cost}))


@pytest.mark.parametrize(
    ("n_computed", "says"),
    [
        ([3.0, 3.0, 3.0], "even to keep 1, 3.0 must be extracted"),
        ([1.0, 2.0, 3.0], "only those that are kept must be extracted"),
    ],
)
def test_the_conclusion_follows_from_the_curve(n_computed: list[float], says: str, loaded_model: LoadedModel) -> None:
    found = cost_figure(with_cost(loaded_model, n_computed))
    assert found is not None
    assert "0.100 with 1 and 0.200 with 3 encoders, and highest with 2 (0.300)" in found.conclusion
    assert says in found.conclusion
    depends = len(set(n_computed)) > 1
    assert [f">{value:.1f}</text>" in found.svg for value in n_computed] == [depends] * 3


def test_there_is_none_without_the_curve(loaded_model: LoadedModel) -> None:
    assert loaded_model.explanation is not None
    assert cost_figure(replace(loaded_model, explanation=None)) is None
    point = ExtractionCost(n=(1,), score=(0.1,), n_computed=(1.0,))
    explanation = loaded_model.explanation.model_copy(update={"cost": point})
    assert cost_figure(replace(loaded_model, explanation=explanation)) is None
