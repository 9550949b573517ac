"""Table of a stress test: Score and gate detection of each arm by kind of failure and share of clips."""

from collections.abc import Callable
from typing import Any, Final

from blemore_cli.experiments.runs.stress_file import Interval, Stress, StressResult
from blemore_cli.reporting.tables.column import Column, Columns, figure, words
from blemore_cli.reporting.tables.csv_text import csv_table
from blemore_cli.reporting.tables.latex import captioned, escaped, tabular, thousands
from blemore_cli.reporting.tables.notation import (
    accuracy_text,
    difference_interval_text,
    difference_text,
    interval_text,
    protocol_text,
    transductive_notes,
)

LEGEND: Final = (
    "precision: share of the kept encoders that are sound, where one failed; recall: share of the sound that are kept; "
    "AUC: pairs of a sound and a failed encoder that the ranking has right"
)


def _ends(key: str) -> Columns[StressResult]:
    """The two ends of an interval, for machines."""
    return tuple(
        Column(f"{key}_{end}", lambda row, at=at: (getattr(row, key) or (None, None))[at], None)  # type: ignore[misc]
        for at, end in enumerate(("low", "high"))
    )


def _defined(name: str) -> Callable[[StressResult], str]:
    """Text of a figure that not every row has."""
    return lambda row: "" if getattr(row, name) is None else accuracy_text(getattr(row, name))


def _interval(name: str, text: Callable[[Interval], str], **options: Any) -> Columns[StressResult]:
    """The interval of a figure: a column for readers, two for machines."""

    def cell(row: StressResult) -> str:
        return text(getattr(row, name)) if getattr(row, name) else ""

    return Column("95 % CI", None, cell, **options), *_ends(name)


RESULTS: Final[Columns[StressResult]] = (
    words("failure", lambda row: row.kind, key="kind"),
    figure("share", lambda row: row.share, "{:g}".format),
    words("arm", lambda row: row.line),
    Column("also_trained", lambda row: int(row.also_trained), None),
    figure("Score", lambda row: row.score, key="score"),
    *_interval("ci95", interval_text),
    figure("change", lambda row: row.drop, difference_text, key="drop", left_out=("terminal",)),
    *_interval("drop_ci95", difference_interval_text, left_out=("terminal",)),
    Column("gain", lambda row: row.gain, None),
    *_ends("gain_ci95"),
    figure("failed", lambda row: row.n_failed, "{:.2f}".format, key="n_failed", left_out=("terminal",)),
    Column("precision", lambda row: row.precision, _defined("precision")),
    *_interval("precision_ci95", interval_text, left_out=("terminal",)),
    Column("chance", lambda row: row.chance, _defined("chance")),
    Column("recall", lambda row: row.recall, _defined("recall")),
    *_ends("recall_ci95"),
    Column("AUC", lambda row: row.auc, _defined("auc"), key="auc"),
    *_ends("auc_ci95"),
)


def stress_csv(stress: Stress) -> str:
    """A row for each kind, share and arm; `arm` is as in the figure, `trained with failures` included."""
    return csv_table(RESULTS, stress.results)


def stress_latex(stress: Stress) -> str:
    """The same for a paper to take in as it is; it needs the package booktabs."""
    notes = "; ".join([*transductive_notes(stress.standardize), LEGEND])
    caption = "\n".join(
        [
            f"Failing encoders: each of {len(stress.encoders)} fails for a share of "
            f"{thousands(stress.n_clips)} clips of {stress.n_actors} actors out of fold, "
            f"{escaped(protocol_text(stress.protocol))}; intervals over actors.",
            f"{escaped(notes[:1].upper() + notes[1:])}.",
        ]
    )
    return captioned(tabular(RESULTS, stress.results), caption=caption, label="tab:stress", is_wide=True)


def stress_title(stress: Stress) -> str:
    """What was broken, of which run, and how the models read it."""
    encoders = f"{len(stress.encoders)} of {stress.n_encoders} encoders may fail"
    title = (
        f"{stress.run}: {encoders}, each for a share of the {stress.n_clips} clips out of fold "
        f"({stress.n_actors} actors)\n{protocol_text(stress.protocol)}; intervals over actors"
    )
    return "\n".join([title, *transductive_notes(stress.standardize), LEGEND])
