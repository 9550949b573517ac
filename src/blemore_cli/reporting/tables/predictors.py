"""Table of predictors: what each group of columns carries that the others do not, and what it carries alone."""

from collections.abc import Callable
from typing import Any, Final

from blemore_cli.experiments.runs.predictors_record import PredictorImportance, Predictors
from blemore_cli.reporting.tables.column import Column, Columns, figure, words
from blemore_cli.reporting.tables.csv_text import csv_table
from blemore_cli.reporting.tables.notation import (
    accuracy_text,
    difference_interval_text,
    difference_text,
    probability_text,
)

MOST_ROWS: Final = 15
"""Rows that the terminal shows."""


def _interval(name: str, **options: Any) -> Columns[PredictorImportance]:
    """The interval of a difference: a column for readers, two for machines."""

    def end(at: int) -> Callable[[PredictorImportance], float | None]:
        return lambda row: (getattr(row, name) or (None, None))[at]

    ends = (Column(f"{name}_{word}", end(at), None) for at, word in enumerate(("low", "high")))
    return Column("95 % CI", None, lambda row: difference_interval_text(getattr(row, name)), **options), *ends


COLUMNS: Final[Columns[PredictorImportance]] = (
    words("group", lambda row: row.name),
    words("kind", lambda row: row.kind, left_out=("terminal",)),
    Column("encoders", lambda row: " ".join(row.encoders), None),
    figure("columns", lambda row: row.n_columns, str, key="n_columns", left_out=("terminal",)),
    figure("log loss", lambda row: row.loss_rise, difference_text, key="loss_rise"),
    *_interval("loss_rise_ci95"),
    Column("loss_p_value", lambda row: row.loss_p_value, None),
    figure("Holm p", lambda row: row.loss_p_adjusted, probability_text, key="loss_p_adjusted"),
    figure("Score", lambda row: -row.drop, difference_text, key="score_change", left_out=("csv",)),
    Column("drop", lambda row: row.drop, None),
    *_interval("drop_ci95", left_out=("terminal",)),
    Column("p_value", lambda row: row.p_value, None),
    figure("Holm p", lambda row: row.p_adjusted, probability_text, key="p_adjusted"),
    figure("alone", lambda row: row.alone, difference_text, key="alone"),
    *_interval("alone_ci95", left_out=("terminal",)),
    Column("alone_loss_fall", lambda row: row.alone_loss_fall, None),
    *_interval("alone_loss_fall_ci95", left_out=("terminal",)),
)


def predictors_csv(predictors: Predictors) -> str:
    """A row for each group, those that the loss rises most without first."""
    return csv_table(COLUMNS, predictors.groups)


def predictors_title(predictors: Predictors) -> str:
    """What was shuffled, and what the columns mean."""
    n = len(predictors.groups)
    shown = f"{MOST_ROWS} of {n} groups" if n > MOST_ROWS else f"{n} groups"
    return (
        f"\nwhich columns carry the prediction: {shown}, shuffled within actors, out of fold\n"
        "log loss, Score: change where a group is shuffled; alone: Score that it adds where all else is\n"
        f"intact Score {accuracy_text(predictors.score)}, log loss {accuracy_text(predictors.log_loss)}; all shuffled "
        f"{accuracy_text(predictors.shuffled_score)}, {accuracy_text(predictors.shuffled_log_loss)}"
    )
