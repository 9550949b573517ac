import json
from pathlib import Path

import pytest

from blemore_cli.core.errors import DataError
from blemore_cli.data.features.readers.jsonl_table import JsonLinesTable

PATH = Path("t.jsonl")


@pytest.mark.parametrize("features", [{"v": [0.5, 1.5]}, {"a": 0.5, "b": 1.5}, {"p": {"ang": 0.5, "hap": 1.5}}])
def test_objects_become_rows(features: dict[str, object], tmp_path: Path) -> None:
    text = "\n".join(json.dumps({"clip": clip, **features, "comment": "?"}) for clip in ("0001", "B.mov")) + "\n"
    table = JsonLinesTable().features_of(text.encode(), PATH)
    assert (table.clips, table.features.tolist()) == (["0001", "B"], [[0.5, 1.5], [0.5, 1.5]])
    (tmp_path / "t.jsonl").write_text(text)
    assert JsonLinesTable().recognises(tmp_path / "t.jsonl")


@pytest.mark.parametrize("content", [b"{", b"[1, 2]\n", b'{"a": 1}\n', b"\xff"])
def test_other_lines_are_refused(content: bytes) -> None:
    with pytest.raises(DataError, match=r"t\.jsonl must (be JSON lines|have a column of clips)"):
        JsonLinesTable().features_of(content, PATH)
