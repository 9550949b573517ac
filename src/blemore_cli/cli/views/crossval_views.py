"""Terminal views of a cross-validation: Scores, the split, labels and actors."""

import math
from statistics import median

from rich.console import RenderableType

from blemore_cli.cli.views.column_table import column_table
from blemore_cli.experiments.runs.metrics import RunMetrics
from blemore_cli.reporting.tables.crossval import (
    ACTORS,
    SCORES,
    SETS_BY_LABEL,
    SPLIT,
    actor_rows,
    score_rows,
    set_rows,
    split_rows,
)
from blemore_cli.reporting.tables.notation import accuracy_text, protocol_text, shift_lines, transductive_notes
from blemore_cli.reporting.tables.reduction import REDUCTION, reduction_sentence


def crossval_views(metrics: RunMetrics) -> list[RenderableType]:
    """All views that have content, in the order of reading; they read well at 80 columns."""
    further = {"split": split_view, "labels": labels_view, "actors": actors_view}
    return [scores_view(metrics), *(view(metrics) for key, view in further.items() if getattr(metrics, key))]


def scores_view(metrics: RunMetrics) -> RenderableType:
    """Accuracies of each fold, mean over seeds, and of all clips with spread and interval."""
    n_seeds = len(metrics.seeds)
    title = (
        f"{metrics.run}: out-of-fold accuracy, {f'mean of {n_seeds} seeds' if n_seeds > 1 else '1 seed'}, "
        f"interval over actors\n{protocol_text(metrics.protocol)}"
    )
    notes = transductive_notes(metrics.standardize, metrics.match_prior)
    read = [f"model.reduce {reduction_sentence(metrics.reduction)}"] if metrics.reduction else []
    title = "\n".join([title, *notes, *read, *shift_lines(metrics.shift)])
    return column_table(title, SCORES, score_rows(metrics))


def reduction_view(metrics: RunMetrics) -> RenderableType:
    """Columns that are read of each wide encoder; a line where none is reduced."""
    report = metrics.reduction
    if report is None:
        return f"\n{metrics.run}: {reduction_sentence(report)}"
    title = f"\n{metrics.run}: columns read of wide encoders, model.reduce {report.rule}"
    return column_table(title, REDUCTION, report.encoders.items())


def split_view(metrics: RunMetrics) -> RenderableType:
    """Actors and clips of each fold."""
    return column_table("\nthe split, disjoint by actor", SPLIT, split_rows(metrics.split))


def labels_view(metrics: RunMetrics) -> RenderableType:
    """A row for each single and each pair of emotions; the three ratios of a pair side by side."""
    title = "\nby true label: share with the right emotions; of blends with the right ratio too"
    return column_table(title, SETS_BY_LABEL, set_rows(metrics.labels))


def actors_view(metrics: RunMetrics) -> RenderableType:
    """The actors on whom the Score is lowest and highest, with the range and the median of all."""
    scores = [actor.score for actor in metrics.actors] or [math.nan]
    low, middle, high = (accuracy_text(value) for value in (min(scores), median(scores), max(scores)))
    title = f"\nby actor: Score {low} to {high}, median {middle}, {len(metrics.actors)} actors; all in metrics.json"
    return column_table(title, ACTORS, actor_rows(metrics.actors))
