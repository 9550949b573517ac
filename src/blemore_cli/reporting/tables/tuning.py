"""Tables of a search of settings: the choice of each outer fold, and every trial."""

from typing import Any, Final, NamedTuple

from blemore_cli.experiments.runs.metrics import PooledScores
from blemore_cli.experiments.runs.tuning_file import FoldWinner, TrialResult, TrialResults, Tuning
from blemore_cli.reporting.tables.column import Column, Columns, figure, words
from blemore_cli.reporting.tables.csv_text import csv_table
from blemore_cli.reporting.tables.notation import interval_text


class ScoredSettings(NamedTuple):
    """Settings with their figures out of fold."""

    name: str
    scores: PooledScores


SCORES: Final[Columns[ScoredSettings]] = (
    words("settings", lambda row: row.name),
    figure("presence", lambda row: row.scores.presence),
    figure("salience", lambda row: row.scores.salience),
    figure("Score", lambda row: row.scores.score),
    words("95 % CI", lambda row: interval_text(row.scores.ci95)),
)

WINNERS: Final[Columns[FoldWinner]] = (
    figure("fold", lambda row: row.fold, str),
    figure("trial", lambda row: row.trial, str),
    figure("inner loss", lambda row: row.inner_loss),
    figure("inner Score", lambda row: row.inner_score),
    words("settings", lambda row: settings_text(row.settings)),
)


def settings_text(settings: dict[str, Any]) -> str:
    """Settings in one line, as `--set` takes them; those of the project in words.

    Examples:
        >>> settings_text({"model.top_n": 2, "train.weight_decay": 0.1})
        'model.top_n=2 train.weight_decay=0.1'
    """
    return " ".join(f"{key}={value}" for key, value in settings.items()) or "those of the project"


def scored_settings(tuning: Tuning) -> list[ScoredSettings]:
    """The rows of `SCORES`."""
    return [
        ScoredSettings("project's", tuning.default),
        ScoredSettings("tuned, each fold with its choice", tuning.oof),
    ]


def trials_csv(results: TrialResults) -> str:
    """A row for each trial: its settings, and what the inner folds say of it."""
    keys = tuple(_setting(key) for key in results.space)
    columns: Columns[TrialResult] = (
        figure("trial", lambda row: row.number, str),
        words("fold", lambda row: "" if row.fold is None else str(row.fold)),
        *keys,
        figure("inner_loss", lambda row: row.loss),
        figure("inner_score", lambda row: row.score),
        words("failed", lambda row: row.failed),
    )
    return csv_table(columns, results.trials)


def _setting(key: str) -> Column[TrialResult]:
    return words(key, lambda row: str(row.settings.get(key, "")))
