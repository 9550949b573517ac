"""The Scores of the models beside the published ones."""

import math
from dataclasses import replace

import pytest

from blemore_cli.experiments.runs.loaded_run import LoadedModel, LoadedRun
from blemore_cli.reporting.page.figures.score_figure import score_figure
from blemore_cli.reporting.tables.published import PUBLISHED, score_of

BEST = max(score_of(each.validation) or 0 for each in PUBLISHED)


def scored(loaded_model: LoadedModel, score: float, low: float, high: float) -> LoadedModel:
    oof = loaded_model.metrics.oof.model_copy(update={"score": score, "ci95": (low, high)})
    return replace(loaded_model, metrics=loaded_model.metrics.model_copy(update={"oof": oof}))


@pytest.mark.parametrize(
    ("interval", "place"),
    [((0.1, BEST - 0.01), "is below"), ((BEST + 0.01, 0.9), "is above"), ((0.1, 0.9), "it holds")],
)
def test_the_caption_places_the_best_among_the_others(
    interval: tuple[float, float], place: str, loaded_arms: LoadedRun
) -> None:
    first, second = loaded_arms.models
    found = score_figure([scored(first, 0.05, 0, 1), scored(second, 0.3, *interval)], PUBLISHED)
    assert f"The highest is {second.name} with 0.300, interval {interval[0]:.3f}-{interval[1]:.3f}" in found.conclusion
    assert "of the others, 0 of 1 within it" in found.conclusion
    assert place in found.conclusion
    assert f"{BEST:.3f}" in found.conclusion


def test_a_row_for_each_model_and_published_validation_score(loaded_arms: LoadedRun, loaded_model: LoadedModel) -> None:
    svg = score_figure([*loaded_arms.models, loaded_model], PUBLISHED).svg
    assert svg.count("mark-reference") == 2  # of either run
    assert svg.count("mark-plain") == 1
    assert svg.count("mark-published") == sum(each.validation is not None for each in PUBLISHED[1:])


def test_an_interval_that_does_not_exist_is_not_drawn(loaded_model: LoadedModel) -> None:
    found = score_figure([scored(loaded_model, 0.2, math.nan, math.nan)], PUBLISHED)
    assert "interval n/a" in found.conclusion
    assert 'class="interval"' not in found.svg


def test_clips_of_another_origin_are_compared_with_nothing_published(loaded_model: LoadedModel) -> None:
    figure = score_figure([scored(loaded_model, 0.6, 0.5, 0.7)], published=())
    assert "mark-published" not in figure.svg
    assert "published" not in figure.caption + figure.conclusion
    assert figure.conclusion == "The highest is one with 0.600, interval 0.500-0.700."
