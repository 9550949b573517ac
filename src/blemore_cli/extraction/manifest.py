"""Manifest of a feature folder: its recipe, and a record of each clip, also of those that failed."""

import csv
import os
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from blemore_cli.core.errors import ArtefactError, unwritable
from blemore_cli.core.files import TEMPORARY, read_bytes, sha256_of, write_json
from blemore_cli.core.validation import read_json
from blemore_cli.data.extracted import CLIPS_FILE, FEATURES_SUFFIX
from blemore_cli.extraction.recipe import Recipe

RECIPE_FILE: Final = ".extract.json"
"""Hidden from `blemore index`, which would take a table for features."""


class ClipRecord(BaseModel):
    """What became of one clip.

    Attributes:
        clip: Its name.
        failure: Why it has no features; empty where it has.
        rows: Rows T of its features.
        seconds: Length of what was decoded.
        frames: Frames decoded, of video.
        lost: Frames without a face, of encoders of faces.
        several: Frames with more than one face.
        damage: Damage of the media, in words.
        size: Bytes of the media file.
        mtime_ns: When the media file was changed, in nanoseconds.
        sha256: Checksum of the file of features.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    clip: str
    failure: str = ""
    rows: int = 0
    seconds: float = 0.0
    frames: int = 0
    lost: int = 0
    several: int = 0
    damage: str = ""
    size: int = 0
    mtime_ns: int = 0
    sha256: str = ""


class Manifest:
    """The records of a folder of one encoder's features.

    Args:
        folder: The folder; it need not exist.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        records, self._n_whole_bytes = _read(folder / CLIPS_FILE)
        self.records: dict[str, ClipRecord] = {record.clip: record for record in records}

    def begin(self, recipe: Recipe) -> None:
        """Makes the folder for a recipe, or checks that it is this recipe's; what a killed command left goes.

        Raises:
            ArtefactError: If its features were extracted in another way, or it cannot be written.
        """
        path = self.folder / RECIPE_FILE
        if path.is_file():
            before = read_json(path, Recipe, fix=f"Delete {self.folder} and extract it again.")
            if difference := recipe.difference(before):
                raise ArtefactError(
                    f"{self.folder} must be extracted in one way, and now {difference}",
                    fix="Give another --out, or delete the folder to extract all its clips again.",
                )
            self._mend()
            return
        if self.folder.is_dir() and any(not entry.name.startswith(".") for entry in self.folder.iterdir()):
            raise ArtefactError(
                f"{self.folder} must be empty or of this command, and holds files of another origin",
                fix="Give another --out.",
            )
        write_json(path, recipe.model_dump())

    def _mend(self) -> None:
        """Removes temporary files, and the end of a record that was not written to its end."""
        path = self.folder / CLIPS_FILE
        try:
            for left in self.folder.glob(f"{TEMPORARY}*"):
                left.unlink()
            if path.is_file() and path.stat().st_size > self._n_whole_bytes:
                os.truncate(path, self._n_whole_bytes)
        except OSError as error:
            raise unwritable(path, error) from error

    def add(self, record: ClipRecord) -> None:
        """Adds a record; one of the same clip is replaced.

        Raises:
            ArtefactError: If it cannot be written.
        """
        path = self.folder / CLIPS_FILE
        try:
            with path.open("a", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, list(ClipRecord.model_fields))
                if not file.tell():
                    writer.writeheader()
                writer.writerow(record.model_dump())
        except OSError as error:
            raise unwritable(path, error) from error
        self.records[record.clip] = record

    def is_done(self, clip: str, source: Path, *, retry_failed: bool) -> bool:
        """Whether a clip's features are as they should be, or it failed and is not tried again."""
        record = self.records.get(clip)
        state = source.stat()
        if record is None or (record.size, record.mtime_ns) != (state.st_size, state.st_mtime_ns):
            return False
        return not retry_failed if record.failure else features_file(self.folder, clip).is_file()

    def damaged(self) -> list[str]:
        """Clips whose file of features is missing or not the one that was written."""
        done = [record for record in self.records.values() if not record.failure]
        return [record.clip for record in done if not _is_whole(features_file(self.folder, record.clip), record)]


def extracted_encoders(out: Path) -> dict[str, Manifest]:
    """The manifest of each encoder with features in a folder, by name.

    Raises:
        ArtefactError: If one is damaged.
    """
    recipes = sorted(out.glob(f"*/{RECIPE_FILE}")) if out.is_dir() else []
    return {path.parent.name: Manifest(path.parent) for path in recipes}


def features_file(folder: Path, clip: str) -> Path:
    """The file of a clip's features."""
    return folder / f"{clip}{FEATURES_SUFFIX}"


def _is_whole(path: Path, record: ClipRecord) -> bool:
    return path.is_file() and sha256_of(path) == record.sha256


def _read(path: Path) -> tuple[list[ClipRecord], int]:
    """The records of a file without the one that a killed command was writing, and their bytes."""
    if not path.is_file():
        return [], 0
    fix = f"Delete {path.parent} and extract it again."
    content = read_bytes(path, "record of each clip", ArtefactError, fix=fix)
    whole = content[: content.rfind(b"\n") + 1]
    try:
        lines = whole.decode("utf-8").splitlines()
        return [ClipRecord.model_validate(row) for row in csv.DictReader(lines)], len(whole)
    except (UnicodeDecodeError, ValidationError, csv.Error) as error:
        raise ArtefactError(f"{path} must have a record of each clip, and is damaged", fix=fix) from error
