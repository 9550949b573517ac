"""Column names of a folder of arrays, in a hidden file beside the files of clips."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from blemore_cli.core.errors import DataError
from blemore_cli.core.files import read_text, write_json
from blemore_cli.data.features.records import ClipFeatures

COLUMN_NAMES_FILE: Final = ".columns.json"
"""A list of the names of the D columns of every array in its folder."""


def write_column_names(folder: Path, names: Sequence[str]) -> None:
    """Writes the names of the columns of a folder's arrays, if they are not there.

    Raises:
        ArtefactError: If the file cannot be written.
    """
    path = folder / COLUMN_NAMES_FILE
    if names and not path.is_file():
        write_json(path, list(names))


def read_column_names(folder: Path) -> tuple[str, ...]:
    """The names of the columns of a folder's arrays; none where the folder has no such file.

    Raises:
        DataError: If the file is no list of different names.
    """
    path = folder / COLUMN_NAMES_FILE
    if not path.is_file():
        return ()
    fix = f"Delete {path}: without it the columns have numbers for names."
    text = read_text(path, "list of the names of columns", DataError, fix=fix)
    try:
        names = json.loads(text)
    except ValueError:
        names = None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names) or len({*names}) < len(names):
        raise DataError(f"{path} must be a JSON list of different names of columns", fix=fix)
    return tuple(names)


def with_column_names(clip: ClipFeatures, path: Path, names: tuple[str, ...]) -> ClipFeatures:
    """A clip's features with the names of their columns, where these are known and the file itself has none.

    Raises:
        DataError: If there are more or fewer columns than names.
    """
    if not names or clip.columns or not clip.features.size:
        return clip
    if len(names) != clip.features.shape[-1]:
        raise DataError(
            f"{path} must have a column for each of the {len(names)} names in {COLUMN_NAMES_FILE}, got "
            f"{clip.features.shape[-1]} columns",
            fix=f"Extract the features of all clips in one way, or delete {path.parent / COLUMN_NAMES_FILE}.",
        )
    return replace(clip, columns=names)
