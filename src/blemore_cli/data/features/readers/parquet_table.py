"""Parquet tables with one row of features a clip."""

import io
from pathlib import Path

from blemore_cli.data.features.readers.base import IsClip
from blemore_cli.data.features.readers.column_table import ColumnTable, Table
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
