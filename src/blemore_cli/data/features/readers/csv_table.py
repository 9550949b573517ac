"""CSV tables with one row of features a clip, as openSMILE writes them."""

import io
from pathlib import Path

import pandas as pd

from blemore_cli.data.features.columns import csv_columns, is_feature_table
from blemore_cli.data.features.readers.base import TableReader
from blemore_cli.data.features.records import SourceFeatures
from blemore_cli.data.features.table_frame import TABLE_FIX, features_of_frame


class CsvTable(TableReader):
    """A CSV table with a column that names the clip."""

    name = "csv_table"
    suffixes = (".csv",)
    accepted = "a table .csv with a row for each clip"
    requirement = "a table with a row for each clip"
    fix = TABLE_FIX

    def recognises(self, path: Path) -> bool:
        """Whether the header has a clip column and a feature."""
        return is_feature_table(csv_columns(path))

    def parse(self, content: bytes, path: Path) -> SourceFeatures:
        """Parses the table; `round_trip` reads what Python's `float` would."""
        frame = pd.read_csv(
            io.BytesIO(content), index_col=False, skipinitialspace=True, float_precision="round_trip", low_memory=False
        )
        return features_of_frame(frame, path)
