from dataclasses import replace

from blemore_cli.experiments.runs.loaded_run import LoadedModel, LoadedRun
from blemore_cli.experiments.runs.predictors_record import Predictors
from blemore_cli.reporting.page.figures.predictors_figure import MOST_ROWS, predictors_figure, predictors_table


def with_predictors(run: LoadedRun, predictors: Predictors | None) -> LoadedModel:
    explanation = run.main.explanation
    assert explanation is not None
    return replace(run.main, explanation=explanation.model_copy(update={"predictors": predictors}))


def test_a_row_a_group_whose_mark_says_whether_it_is_told_from_zero(
    loaded_run: LoadedRun, predictors: Predictors
) -> None:
    figure = predictors_figure(with_predictors(loaded_run, predictors))
    assert figure is not None
    assert (figure.of, figure.heading) == ("one", "one")
    assert figure.conclusion == "The Score falls with 1 of 3 groups shuffled."
    for css in ("mark-differs", "mark-plain"):
        assert figure.svg.count(css) == 1
    assert "the 3 largest of 3 groups" in figure.caption


def test_the_figure_has_the_first_groups_and_the_table_all(loaded_run: LoadedRun, predictors: Predictors) -> None:
    many = [predictors.groups[0].model_copy(update={"name": f"g{i}"}) for i in range(MOST_ROWS + 5)]
    model = with_predictors(loaded_run, predictors.model_copy(update={"groups": tuple(many)}))
    figure, table = predictors_figure(model), predictors_table([model, with_predictors(loaded_run, None)])
    assert figure is not None
    assert f">g{MOST_ROWS - 1}<" in figure.svg
    assert f">g{MOST_ROWS}<" not in figure.svg
    assert [(run, cells[0]) for run, cells in table.rows] == [("one", group.name) for group in many]


def test_there_is_none_where_they_were_not_measured(loaded_run: LoadedRun) -> None:
    assert predictors_figure(with_predictors(loaded_run, None)) is None
