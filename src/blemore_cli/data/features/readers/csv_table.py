"""Text tables with one row of features a clip, as openSMILE writes them: CSV in any dialect, and ARFF."""

from pathlib import Path

from blemore_cli.data.features.readers.base import IsClip
from blemore_cli.data.features.readers.column_table import ColumnTable, Table
from blemore_cli.data.features.tables.compression import decompressed, text_suffixes
from blemore_cli.data.features.tables.csv_dialect import plain_csv
from blemore_cli.data.features.tables.csv_text import foreign_kind, head_of, table_of_clips


class CsvTable(ColumnTable):
    """A text table with a column that names the clip, plain or compressed."""

    name = "csv_table"
    suffixes = text_suffixes(".csv", ".tsv", ".tab", ".txt")

    def is_taken_unread(self, path: Path) -> bool:
        """All but `.txt`, which may be any text."""
        return ".txt" not in path.name.lower()

    def start_of(self, path: Path, is_clip: IsClip) -> Table:
        """The first rows; a file of another kind counts as unreadable, for reading it to name the kind."""
        if foreign_kind(path):
            raise ValueError("it is no text")
        return table_of_clips(head_of(path), path, is_clip)

    def table_of(self, content: bytes, path: Path, is_clip: IsClip) -> Table:
        """Parses the table."""
        return table_of_clips(plain_csv(decompressed(content, path)), path, is_clip)
