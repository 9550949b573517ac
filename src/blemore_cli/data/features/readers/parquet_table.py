"""Parquet tables with one row of features a clip, and those of one clip with a row a frame."""

import io
from pathlib import Path
from typing import Any

from blemore_cli.data.features.readers.base import ClipFileReader, IsClip
from blemore_cli.data.features.readers.column_table import ColumnTable, Table
from blemore_cli.data.features.readers.frame_csv import numbers_of_clip
from blemore_cli.data.features.records import ClipFeatures
from blemore_cli.data.features.tables.arrow_frame import check_pyarrow, frame_of_arrow
from blemore_cli.data.features.tables.clip_table import typed_table


class ParquetTable(ColumnTable):
    """A Parquet table with a column, or an index, that names the clip; cells may be lists."""

    name = "parquet_table"
    suffixes = (".parquet", ".pq")
    accepted = "as .parquet"

    def start_of(self, path: Path, is_clip: IsClip) -> Table:
        """The first rows."""
        import pyarrow
        from pyarrow import parquet

        with parquet.ParquetFile(path) as file:
            batches = [batch for batch, _ in zip(file.iter_batches(batch_size=64), range(1), strict=False)]
            rows = pyarrow.Table.from_batches(batches, file.schema_arrow)
        return typed_table(frame_of_arrow(rows), path, is_clip)

    def table_of(self, content: bytes, path: Path, is_clip: IsClip) -> Table:
        """Parses the table."""
        check_pyarrow(path)
        from pyarrow import parquet

        return typed_table(frame_of_arrow(parquet.read_table(io.BytesIO(content))), path, is_clip)


class FrameParquet(ClipFileReader):
    """A Parquet table with the frames (T, D) of one clip, in the precision of the file."""

    name = "frame_parquet"
    suffixes = ParquetTable.suffixes
    accepted = "CLIP.parquet"
    requirement = "a table with a row for each frame"
    fix = "Write a table with columns of numbers and a row for each frame."

    def could_be_clip(self, path: Path) -> bool:
        """Whether a file lacks the column of clip names that tables of all clips have."""
        return self.matches(path) and not ParquetTable().recognises(path)

    def parse(self, content: bytes, path: Path) -> ClipFeatures:
        """Parses the frames with all columns of numbers."""
        check_pyarrow(path)
        from pyarrow import parquet

        return frames_of_arrow(parquet.read_table(io.BytesIO(content)), path)


def frames_of_arrow(table: Any, path: Path) -> ClipFeatures:
    """The frames of one clip from the columns of numbers of a `pyarrow.Table`.

    Raises:
        DataError: If there is no column of numbers.
    """
    numbers, text, unreadable = numbers_of_clip(frame_of_arrow(table), path)
    return ClipFeatures(numbers.to_numpy(), tuple(numbers.columns), left_out=text, unreadable=unreadable)
