"""Every row of the table of docs/features.md of what is refused, built and refused in its words."""

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from tests.docs.blocks import ROOT
from tests.docs.feature_examples.example import CLIPS, rows
from tests.docs.test_features import write_metadata

from blemore_cli.core.config.schema import DataConfig
from blemore_cli.core.errors import DataError
from blemore_cli.data.build import build_index

TABLE = pd.DataFrame(rows(), columns=["F0", "loudness", "jitter"], index=CLIPS)
ARFF = "@relation x\n@attribute name string\n@attribute F0 numeric\n@data\n'noname',1\n'noname',2\n"
SHORTENED = "".join(f'{clip},"[0.1 0.2 ... 0.3]"\n' for clip in CLIPS)
REFUSED: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "`hubert.pkl`": ("hubert.pkl", lambda path: path.write_bytes(b"\x80\x04."), "np.savez"),
    "`egemaps.xlsx`": ("egemaps.xlsx", lambda path: path.write_bytes(b"PK\x03\x04"), "read_excel"),
    "`hubert.mat` of version 5": ("hubert.mat", lambda path: path.write_bytes(b"MATLAB 5.0 MAT-file"), "loadmat"),
    "`hubert.json`": ("hubert.json", lambda path: path.write_text(json.dumps({CLIPS[0]: [1.0]})), "json.load"),
    "`egemaps.rds`, `egemaps.RData`": ("a.rds", lambda path: path.write_bytes(gzip.compress(b"X\n")), "readRDS"),
    "`egemaps.csv`, a page": ("a.csv", lambda path: path.write_text("<!DOCTYPE html><html></html>"), "Download"),
    "`egemaps.csv`, a pointer": ("a.csv", lambda path: path.write_text("version https://git-lfs"), "git lfs pull"),
    "`egemaps.csv`, a column a clip": ("a.csv", TABLE.T.to_csv, ".T.to_csv"),
    "`egemaps.arff` without names": ("a.arff", lambda path: path.write_text(ARFF), "-instname"),
    "`clip.csv` of `print(array)`": (
        "a.csv",
        lambda path: path.write_text(f"clip,v\n{SHORTENED}"),
        "a column for each",
    ),
}


def words_by_file() -> dict[str, str]:
    text = (ROOT / "docs" / "features.md").read_text(encoding="utf-8")
    table = text.split("## What is refused", 1)[1].split("\n## ", 1)[0]
    cells = [re.split(r"(?<!\\)\|", line) for line in table.splitlines() if line.startswith("|")]
    return {file.strip(): words.strip() for _, file, words, *_ in cells[2:]}


def test_every_row_has_an_example() -> None:
    assert sorted(words_by_file()) == sorted(REFUSED)


@pytest.mark.parametrize("file", REFUSED)
def test_a_file_is_refused_in_words(file: str, tmp_path: Path) -> None:
    name, write, fix = REFUSED[file]
    write(tmp_path / name)
    data = {"features": [tmp_path / name], "index": tmp_path / "index.h5", "jobs": 1, **write_metadata(tmp_path)}
    with pytest.raises(DataError, match=words_by_file()[file]) as caught:
        build_index(DataConfig.model_validate(data))
    assert fix in caught.value.fix
    assert caught.value.message.isprintable()
