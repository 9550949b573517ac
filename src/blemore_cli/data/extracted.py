"""Files of `blemore extract`: their names, and its checksums of features against those that an index is made of."""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from blemore_cli.core.errors import DataError, listed
from blemore_cli.core.files import read_bytes
from blemore_cli.data.index.sources_file import FileStamp

CLIPS_FILE: Final = ".clips.csv"
"""Record of each clip in a folder of extracted features, hidden from `blemore index`."""

FEATURES_SUFFIX: Final = ".npy"
FAILURES_TABLE: Final = "failures.csv"
FAILURES_SHEET: Final = "failures.png"
"""The clips that it had trouble with, in words and as pictures; no features."""


def check_as_extracted(files: Mapping[str, FileStamp]) -> None:
    """Refuses files of features that are not as they were extracted; those without a record are not checked.

    Args:
        files: Files by absolute name, with their checksums.

    Raises:
        DataError: Naming some that differ.
    """
    folders = {Path(name).parent for name in files}
    recorded = {name: sha256 for folder in folders for name, sha256 in _recorded(folder).items()}
    damaged = [name for name, stamp in files.items() if recorded.get(name, stamp.sha256) != stamp.sha256]
    if damaged:
        raise DataError(
            f"extracted features must be as {CLIPS_FILE} beside them records, and {len(damaged)} are not: "
            f"{listed(damaged, 3)}",
            fix=f"Delete them and run `blemore extract` again; or delete {CLIPS_FILE} if they were changed on purpose.",
        )


def _recorded(folder: Path) -> dict[str, str]:
    """The checksum of each file of a folder that its records have; a record without its end is none."""
    path = folder / CLIPS_FILE
    if not path.is_file():
        return {}
    content = read_bytes(path, "record of each clip", DataError)
    lines = content[: content.rfind(b"\n") + 1].decode("utf-8", errors="replace").splitlines()
    try:
        rows = [(row.get("clip"), row.get("sha256")) for row in csv.DictReader(lines)]
    except csv.Error as error:
        raise DataError(f"{path} must have a record of each clip: {error}", fix="Extract the folder again.") from None
    return {str(folder / f"{clip}{FEATURES_SUFFIX}"): sha256 for clip, sha256 in rows if clip and sha256}
