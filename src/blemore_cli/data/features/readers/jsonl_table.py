"""JSON lines with the features of one clip each, as scripts with language models write them."""

import json
from pathlib import Path
from typing import Final

import pandas as pd

from blemore_cli.data.features.readers.base import IsClip
from blemore_cli.data.features.readers.column_table import ColumnTable, Table
from blemore_cli.data.features.tables.clip_table import typed_table
from blemore_cli.data.features.tables.compression import decompressed, head, text_suffixes
from blemore_cli.data.features.tables.csv_dialect import decoded

_N_HEAD_BYTES: Final = 1 << 20


class JsonLinesTable(ColumnTable):
    """A file with a JSON object a line: the clip's name, and numbers by name or in lists."""

    name = "jsonl_table"
    suffixes = text_suffixes(".jsonl", ".ndjson")
    requirement = "JSON lines with an object for each clip"
    fix = 'Write {"filename": "A102_ang_int1_ver1", "features": [0.5, 1.5]} in each line.'

    def start_of(self, path: Path, is_clip: IsClip) -> Table:
        """The first objects."""
        start = head(path, _N_HEAD_BYTES)
        return _table(decoded(start, is_cut=len(start) == _N_HEAD_BYTES), path, is_clip)

    def table_of(self, content: bytes, path: Path, is_clip: IsClip) -> Table:
        """Parses the objects; one within another becomes columns `OUTER.INNER`."""
        return _table(decoded(decompressed(content, path)), path, is_clip)


def _table(text: str, path: Path, is_clip: IsClip) -> Table:
    frame = pd.json_normalize([json.loads(line) for line in text.split("\n") if line.strip()])
    return typed_table(frame.rename(columns=lambda name: str(name).strip()), path, is_clip)
