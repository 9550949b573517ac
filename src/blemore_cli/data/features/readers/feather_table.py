"""Feather and Arrow files with one row of features a clip, and those of one clip with a row a frame."""

import io
from pathlib import Path
from typing import Any, Final

from blemore_cli.data.features.readers.base import ClipFileReader, IsClip
from blemore_cli.data.features.readers.column_table import ColumnTable, Table
from blemore_cli.data.features.readers.parquet_table import frames_of_arrow
from blemore_cli.data.features.records import ClipFeatures
from blemore_cli.data.features.tables.arrow_frame import check_pyarrow, frame_of_arrow
from blemore_cli.data.features.tables.clip_table import typed_table

_STREAM: Final = b"\xff\xff\xff\xff"


class FeatherTable(ColumnTable):
    """An Arrow table, as a Feather file or as a stream, with a column that names the clip; cells may be lists."""

    name = "feather_table"
    suffixes = (".feather", ".arrow", ".ipc")
    accepted = "as .feather"

    def start_of(self, path: Path, is_clip: IsClip) -> Table:
        """The whole table: its rows are mapped into memory, not read."""
        import pyarrow

        with pyarrow.memory_map(str(path)) as file:
            return typed_table(frame_of_arrow(_arrow_table(file).slice(0, 64)), path, is_clip)

    def table_of(self, content: bytes, path: Path, is_clip: IsClip) -> Table:
        """Parses the table."""
        check_pyarrow(path)
        return typed_table(frame_of_arrow(_arrow_table(io.BytesIO(content))), path, is_clip)


class FrameFeather(ClipFileReader):
    """An Arrow table, as a Feather file or as a stream, with the frames (T, D) of one clip."""

    name = "frame_feather"
    suffixes = FeatherTable.suffixes
    accepted = "CLIP.feather"
    requirement = "a table with a row for each frame"
    fix = "Write a table with columns of numbers and a row for each frame."

    def could_be_clip(self, path: Path) -> bool:
        """Whether a file lacks the column of clip names that tables of all clips have."""
        return self.matches(path) and not FeatherTable().recognises(path)

    def parse(self, content: bytes, path: Path) -> ClipFeatures:
        """Parses the frames with all columns of numbers."""
        check_pyarrow(path)
        return frames_of_arrow(_arrow_table(io.BytesIO(content)), path)


def _arrow_table(file: Any) -> Any:
    import pyarrow
    from pyarrow import feather

    is_stream = file.read(len(_STREAM)) == _STREAM
    file.seek(0)
    return pyarrow.ipc.open_stream(file).read_all() if is_stream else feather.read_table(file)
