"""Parquet, Feather and Arrow tables with one row of features a clip, and those of one clip with a row a frame."""

import io
from abc import abstractmethod
from pathlib import Path
from typing import Any, ClassVar, Final

from blemore_cli.data.features.readers.base import ClipFileReader, IsClip
from blemore_cli.data.features.readers.column_table import ColumnTable, Table
from blemore_cli.data.features.readers.frame_csv import numbers_of_clip
from blemore_cli.data.features.records import ClipFeatures
from blemore_cli.data.features.tables.arrow_frame import check_pyarrow, frame_of_arrow
from blemore_cli.data.features.tables.clip_table import typed_table

_N_FIRST: Final = 64
_STREAM: Final = b"\xff\xff\xff\xff"


class ArrowTable(ColumnTable):
    """A table in a format that pyarrow reads, with a column, or an index, that names the clip; cells may be lists."""

    @abstractmethod
    def first_rows(self, path: Path) -> Any:
        """The first rows of a file as a `pyarrow.Table`."""

    @abstractmethod
    def rows(self, content: bytes) -> Any:
        """A file's bytes as a `pyarrow.Table`."""

    def start_of(self, path: Path, is_clip: IsClip) -> Table:
        """The first rows."""
        return typed_table(frame_of_arrow(self.first_rows(path)), path, is_clip)

    def table_of(self, content: bytes, path: Path, is_clip: IsClip) -> Table:
        """Parses the table."""
        check_pyarrow(path)
        return typed_table(frame_of_arrow(self.rows(content)), path, is_clip)


class ParquetTable(ArrowTable):
    """A Parquet table."""

    name = "parquet_table"
    suffixes = (".parquet", ".pq")

    def first_rows(self, path: Path) -> Any:
        """The first rows, read alone."""
        import pyarrow
        from pyarrow import parquet

        with parquet.ParquetFile(path) as file:
            first = next(file.iter_batches(batch_size=_N_FIRST), None)
            return pyarrow.Table.from_batches([] if first is None else [first], file.schema_arrow)

    def rows(self, content: bytes) -> Any:
        """The whole table."""
        from pyarrow import parquet

        return parquet.read_table(io.BytesIO(content))


class FeatherTable(ArrowTable):
    """An Arrow table, as a Feather file or as a stream."""

    name = "feather_table"
    suffixes = (".feather", ".arrow", ".ipc")

    def first_rows(self, path: Path) -> Any:
        """The first rows of the table, which is mapped into memory."""
        import pyarrow

        with pyarrow.memory_map(str(path)) as file:
            return _arrow_table(file).slice(0, _N_FIRST)

    def rows(self, content: bytes) -> Any:
        """The whole table."""
        return _arrow_table(io.BytesIO(content))


class ArrowFrames(ClipFileReader):
    """The frames (T, D) of one clip in such a table, in the precision of the file.

    Attributes:
        table: The format.
    """

    requirement = "a table with a row for each frame"
    fix = "Write a table with columns of numbers and a row for each frame."
    table: ClassVar[ArrowTable]

    def could_be_clip(self, path: Path) -> bool:
        """Whether a file lacks the column of clip names that tables of all clips have."""
        return self.matches(path) and not self.table.recognises(path)

    def parse(self, content: bytes, path: Path) -> ClipFeatures:
        """Parses the frames with all columns of numbers."""
        check_pyarrow(path)
        numbers, text, unreadable = numbers_of_clip(frame_of_arrow(self.table.rows(content)), path)
        return ClipFeatures(numbers.to_numpy(), tuple(numbers.columns), left_out=text, unreadable=unreadable)


class FrameParquet(ArrowFrames):
    """A Parquet table of frames."""

    name = "frame_parquet"
    suffixes = ParquetTable.suffixes
    table = ParquetTable()


class FrameFeather(ArrowFrames):
    """An Arrow table of frames."""

    name = "frame_feather"
    suffixes = FeatherTable.suffixes
    table = FeatherTable()


def _arrow_table(file: Any) -> Any:
    import pyarrow
    from pyarrow import feather

    is_stream = file.read(len(_STREAM)) == _STREAM
    file.seek(0)
    return pyarrow.ipc.open_stream(file).read_all() if is_stream else feather.read_table(file)
