"""CSV tables with one row of features a clip, as openSMILE writes them."""

from pathlib import Path

from blemore_cli.data.features.columns import TABLE_FIX, csv_columns, features_of_frame, is_feature_table, read_csv
from blemore_cli.data.features.readers.base import TableReader
from blemore_cli.data.features.records import SourceFeatures


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
        """Parses the table."""
        return features_of_frame(read_csv(content), path)
