"""Abstract base of tables of columns with a row for each clip, in any format that becomes a data frame."""

import re
from abc import abstractmethod
from pathlib import Path
from typing import Final

import pandas as pd

from blemore_cli.core.config.schema import DataConfig
from blemore_cli.core.errors import DataError, listed
from blemore_cli.data.features.columns import CLIP_COLUMNS, TABLE_FIX, feature_columns
from blemore_cli.data.features.evidence.names import is_metadata
from blemore_cli.data.features.readers.base import STATIC_FEATURES, Candidate, IsClip, Request
from blemore_cli.data.features.readers.table_reader import TableReader
from blemore_cli.data.features.records import SourceFeatures
from blemore_cli.data.features.tables.clip_table import features_of_table
from blemore_cli.data.features.tables.list_cells import is_list, list_columns
from blemore_cli.data.metadata.clip_names import carries_label

Table = tuple[pd.DataFrame, str | None]
"""A table, and the name of its column of clips; none where it has no such column."""


class ColumnTable(TableReader):
    """A table of columns; the column of clips is the one whose cells are clips, or has a usual name."""

    requirement = "a table with a row for each clip"
    fix = TABLE_FIX

    @abstractmethod
    def table_of(self, content: bytes, path: Path, is_clip: IsClip) -> Table:
        """Parses a file's bytes; whatever is raised becomes an error that names the file."""

    @abstractmethod
    def start_of(self, path: Path, is_clip: IsClip) -> Table:
        """The first rows of a file, or its columns alone; whatever is raised leaves `is_readable` to decide."""

    def is_taken_unread(self, path: Path) -> bool:
        """Whether a file that cannot be read is taken for a table, for reading it to name what is wrong."""
        del path
        return True

    def recognises(self, path: Path) -> bool:
        """Whether the file has a column of clips and a feature."""
        return self._is_table(path, carries_label)

    def encoders_at(self, candidate: Candidate) -> list[str]:
        """The file's name without suffix and without `_static_features`."""
        path = candidate.path
        if not path.is_file() or not self.matches(path):
            return []
        is_table = (candidate.is_given and self.is_taken_unread(path)) or self._is_table(path, candidate.is_clip)
        return [self.stem(path).removesuffix(STATIC_FEATURES)] if is_table else []

    def requested(self, content: bytes, path: Path, request: Request) -> SourceFeatures:
        """Parses and checks a file's bytes; frames of a clip are aggregated as is requested."""
        with self.parsing(content, path):
            table = self._parsed(content, path, request)
        return self.checked(table, path)

    def parse(self, content: bytes, path: Path) -> SourceFeatures:
        """Parses the table without knowing the clips of the challenge."""
        return self._parsed(content, path, Request(carries_label, DataConfig()))

    def _is_table(self, path: Path, is_clip: IsClip) -> bool:
        try:
            frame, column = self.start_of(path, is_clip)
        except Exception:  # reading the file as a source names what is wrong with it
            return self.is_taken_unread(path)
        lists = [name for name in list_columns(frame) if not is_metadata(name)]
        names = [name for name in frame.columns if name != column and name in {*lists, *feature_columns(frame.columns)}]
        return column is not None and bool(names) and _may_hold_numbers(frame[names])

    def _parsed(self, content: bytes, path: Path, request: Request) -> SourceFeatures:
        frame, column = self.table_of(content, path, request.is_clip)
        if column is None:
            raise DataError(
                f"{path} must have a column of clips, as {', '.join(CLIP_COLUMNS[:5])}, "
                f"got {listed(list(frame.columns))}",
                fix=TABLE_FIX,
            )
        return features_of_table(frame, column, path, request.config.aggregate, request.frame_rules)


def _may_hold_numbers(cells: pd.DataFrame) -> bool:
    """Whether some cell looks like a number or a list of them; a table of words alone, such as a log, has none."""
    if cells.empty or any(isinstance(cell, bytes) for cell in cells.iloc[0]):  # bytes are refused in words
        return True
    flat = cells.to_numpy(dtype=object).ravel()
    return any(
        (isinstance(cell, str) and _NUMBER.match(cell)) or is_list(cell) or _NUMBER.match(str(cell)) for cell in flat
    )


_NUMBER: Final = re.compile(r"[\s\[(\"']*[-+]?(\d|\.\d|nan\b|inf\b|\?$|$)", re.IGNORECASE)
