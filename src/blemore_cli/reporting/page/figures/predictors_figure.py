"""Figure and table of predictors: the rise of the log loss where a group of columns is shuffled, a row a group."""

from collections.abc import Sequence
from typing import Final

from blemore_cli.experiments.runs.loaded_run import LoadedModel
from blemore_cli.experiments.runs.predictors_record import PredictorImportance, Predictors
from blemore_cli.reporting.page.drawing.figure import PageFigure
from blemore_cli.reporting.page.drawing.row_plot import Mark, Row, row_plot
from blemore_cli.reporting.page.table import PageTable, page_table
from blemore_cli.reporting.tables.column import of_part
from blemore_cli.reporting.tables.predictors import COLUMNS

MOST_ROWS: Final = 20
LEVEL: Final = 0.05


def predictors_figure(model: LoadedModel) -> PageFigure | None:
    """Draws the first groups; None where `blemore explain --predictors` has not measured them."""
    predictors = _of(model)
    if predictors is None:
        return None
    return PageFigure(
        of=model.run,
        heading=model.name,
        svg=row_plot(
            list(map(_row, predictors.groups[:MOST_ROWS])),
            "rise of the log loss, nats, where the columns are shuffled",
            "Log loss without each group of columns",
            line_at=0.0,
        ),
        caption="Rise of the mean log loss of held-out clips where a group of columns is shuffled within actors, with "
        f"its 95 % CI over actors, the {min(MOST_ROWS, len(predictors.groups))} largest of {len(predictors.groups)} "
        f"groups. Filled: Holm p < {LEVEL} (sign flips of whole actors); open: not; cross: not testable.",
        conclusion=f"{predictors.sentence[:1].upper()}{predictors.sentence[1:]}.",
    )


def predictors_table(models: Sequence[LoadedModel]) -> PageTable:
    """A row for each group of each model whose predictors were measured."""
    rows = [(model.run, group) for model in models if (measured := _of(model)) for group in measured.groups]
    return page_table(of_part(lambda row: row[1], COLUMNS), rows, of=lambda row: row[0])


def _of(model: LoadedModel) -> Predictors | None:
    return model.explanation.predictors if model.explanation else None


def _row(group: PredictorImportance) -> Row:
    tested = group.loss_p_adjusted
    mark: Mark = "untested" if tested is None else "differs" if tested < LEVEL else "plain"
    return Row(group.name, group.loss_rise, mark, group.loss_rise_ci95)
