"""Parquet tables with one row of features a clip."""

import io
from pathlib import Path

import pandas as pd

from blemore_cli.core.errors import DataError
from blemore_cli.data.features.columns import TABLE_FIX, features_of_frame, is_feature_table
from blemore_cli.data.features.readers.base import TableReader
from blemore_cli.data.features.records import SourceFeatures


class ParquetTable(TableReader):
    """A Parquet table with a column, or an index, that names the clip."""

    name = "parquet_table"
    suffixes = (".parquet", ".pq")
    accepted = "a table .parquet with a row for each clip"
    requirement = "a table with a row for each clip"
    fix = TABLE_FIX

    def recognises(self, path: Path) -> bool:
        """Whether the schema has a clip column and a feature."""
        return is_feature_table(parquet_columns(path))

    def parse(self, content: bytes, path: Path) -> SourceFeatures:
        """Parses the table."""
        try:
            import pyarrow  # noqa: F401
        except ImportError:
            raise DataError(
                f"reading {path} needs the package pyarrow", fix="Install blemore[parquet], or save the table as CSV."
            ) from None
        frame = pd.read_parquet(io.BytesIO(content), engine="pyarrow")
        has_index = any(name is not None for name in frame.index.names)
        return features_of_frame(frame.reset_index() if has_index else frame, path)


def parquet_columns(path: Path) -> list[str]:
    """The column names of a Parquet table, without reading its rows; none if they cannot be read."""
    try:
        from pyarrow import parquet

        return [str(name).strip() for name in parquet.read_schema(path).names]
    except Exception:  # the reader of the file as a source names what is wrong with it
        return []
