import io
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from blemore_cli.core.errors import DataError
from blemore_cli.data.features.readers.feather_table import FeatherTable

FRAME = pd.DataFrame({"clip": ["A.wav", "B"], "v": [[0.5, 1.5], [2.5, 3.5]], "mix": [0, 1]})


def stream() -> bytes:
    file = io.BytesIO()
    table = pa.Table.from_pandas(FRAME)
    with pa.ipc.new_stream(file, table.schema) as writer:
        writer.write_table(table)
    return file.getvalue()


def feather() -> bytes:
    file = io.BytesIO()
    FRAME.to_feather(file)
    return file.getvalue()


def test_files_and_streams_are_read(tmp_path: Path) -> None:
    for name, content in [("t.feather", feather()), ("t.arrow", stream())]:
        (tmp_path / name).write_bytes(content)
        assert FeatherTable().recognises(tmp_path / name)
        table = FeatherTable().features_of(content, tmp_path / name)
        assert (table.clips, table.features.tolist()) == (["A", "B"], [[0.5, 1.5], [2.5, 3.5]])


def test_damaged_files_are_refused() -> None:
    with pytest.raises(DataError, match=r"t\.feather must be a table"):
        FeatherTable().features_of(b"ARROW1 and then nothing", Path("t.feather"))
