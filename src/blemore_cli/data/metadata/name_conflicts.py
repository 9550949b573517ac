"""Contradictions between metadata and the clips' own names, and actors that differ by their spelling alone."""

import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pandas as pd

from blemore_cli.core.errors import DataError, listed
from blemore_cli.core.labels import LABEL_CODES
from blemore_cli.core.types import UNLABELLED, Ints
from blemore_cli.data.metadata.clip_names import carries_label, parse_clip_name
from blemore_cli.data.metadata.csv_table import check_rows

_FIX: Final = (
    "Correct the rows: they may have slipped against the names. Or believe them with "
    "`blemore index --allow-name-conflicts`, or --set data.allow_name_conflicts=true."
)


def check_names(table: pd.DataFrame, path: Path, actor: "pd.Series[str]", label: Ints) -> None:
    """Refuses rows whose actor or label contradicts the name of the clip, where the name carries both.

    Names of another form, and names whose label is not permitted, say nothing.

    Args:
        table: N rows with `clip`, the clip's name.
        path: The table's file.
        actor: (N,) actors; an empty one is unknown.
        label: (N,) labels; `UNLABELLED` where unknown.

    Raises:
        DataError: Naming line, clip and both readings.
    """
    conflicts = [
        _conflict(clip, row_actor, row_label)
        for clip, row_actor, row_label in zip(table["clip"], actor, label.tolist(), strict=True)
    ]
    rule = "metadata must agree with the actor and the label in a clip's name"
    check_rows(table, path, [not conflict for conflict in conflicts], rule, actual=conflicts, fix=_FIX)


def _conflict(clip: str, actor: str, label: int) -> str:
    """Both readings where they differ, else nothing."""
    if not carries_label(clip):
        return ""
    try:
        named_actor, named_label = parse_clip_name(clip)
    except DataError:
        return ""
    readings = [(actor, named_actor)] if actor not in ("", named_actor) else []
    if label not in (UNLABELLED, named_label):
        readings.append((LABEL_CODES[label], LABEL_CODES[named_label]))
    return " and ".join(f"{row} where the name has {name}" for row, name in readings)


def check_spelling_of_actors(actors: Iterable[str], where: str) -> None:
    """Refuses actors that are told apart by case, blanks or the form of their characters alone.

    Raises:
        DataError: Naming the spellings: folds of such actors share a person.
    """
    spellings: dict[str, list[str]] = {}
    for actor in dict.fromkeys(map(str, actors)):
        spellings.setdefault(_plain(actor), []).append(actor)
    several = [" and ".join(map(repr, alike)) for alike in spellings.values() if len(alike) > 1]
    if several:
        raise DataError(
            f"{where}: an actor must be spelt in one way, got {listed(several)}, which differ by case or blanks alone",
            fix="Write the actor in the same way in every row, and give different persons different names.",
        )


def _plain(actor: str) -> str:
    return "".join(unicodedata.normalize("NFKC", actor).casefold().split())
