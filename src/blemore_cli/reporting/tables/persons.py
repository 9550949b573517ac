"""Table of what errors of an identification cost: Score by the persons that features are standardised within."""

from typing import Final

from blemore_cli.experiments.runs.persons_file import PersonsCost, PersonsResult
from blemore_cli.reporting.tables.column import Column, Columns, figure, words
from blemore_cli.reporting.tables.notation import (
    accuracy_text,
    difference_interval_text,
    difference_text,
    interval_text,
    share_text,
)

_NAMES: Final = {
    "true actors": "the true actors",
    "found": "the persons found",
    "merged": "actors, some merged in pairs",
    "split": "actors, some split in two",
}


def _change_interval(row: PersonsResult) -> str:
    return difference_interval_text(row.change_ci95) if row.change_ci95 and row.kind != "true actors" else ""


RESULTS: Final[Columns[PersonsResult]] = (
    words("persons", lambda row: _NAMES[row.kind]),
    Column("of the actors", lambda row: row.share, lambda row: share_text(row.share) if row.share else ""),
    figure("Score", lambda row: row.score),
    Column("95 % CI", None, lambda row: interval_text(row.ci95)),
    Column("change", None, lambda row: "" if row.kind == "true actors" else difference_text(row.change)),
    Column("95 % CI", None, _change_interval),
)


NOTE: Final = (
    "Held-out clips, standardised within other persons than the models were trained with; change against the true "
    "actors. Shares are those that the identification got wrong on the training actors, and a quarter"
)


def persons_title(cost: PersonsCost) -> str:
    """What was found, and how the Scores below came about."""
    return (
        f"{cost.run}: persons found by {' and '.join(cost.encoders)}, held-out clips only "
        f"({cost.n_clips} of {cost.n_actors} actors)\ntransductive; intervals over actors"
    )


def persons_sentence(cost: PersonsCost) -> str:
    """What the identification gets wrong, and what that costs."""
    [of_found] = [row for row in cost.results if row.kind == "found"]
    interval = f" ({difference_interval_text(of_found.change_ci95)})" if of_found.change_ci95 else ""
    return (
        f"{cost.run}: by {' and '.join(cost.encoders)}, the training actors are found with an adjusted Rand index of "
        f"{cost.ari_train:.2f} ({share_text(cost.merged)} of them merged with another, {share_text(cost.split)} "
        f"split); with these persons instead of the true actors the Score is {accuracy_text(of_found.score)}, "
        f"{difference_text(of_found.change)}{interval}"
    )
