"""Tables as people have them, through the whole of `blemore index`: the values and the columns of the index."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.docs.feature_examples.example import CLIPS, below, frames
from tests.docs.test_features import write_metadata

from blemore_cli.core.config.schema import DataConfig
from blemore_cli.core.types import Floats
from blemore_cli.data.build import BuildReport, build_index

VALUES = np.random.default_rng(0).normal(size=(len(CLIPS), 3)).round(4)
NAMES = ["F0", "jitter", "alphaRatio"]
TABLE = pd.DataFrame(VALUES, columns=NAMES, index=CLIPS)
MEANS = np.stack([array.mean(axis=0) for array in frames().values()])
ARFF_HEAD = "@relation x\n@attribute name string\n" + "".join(f"@attribute {name} numeric\n" for name in NAMES)


def csv(name: str = "e.csv", *, table: pd.DataFrame = TABLE, **options: object) -> Callable[[Path], None]:
    return lambda folder: table.to_csv(folder / name, **options)  # type: ignore[call-overload]


def text(name: str, content: str | bytes) -> Callable[[Path], object]:
    data = content.encode() if isinstance(content, str) else content
    return lambda folder: (folder / name).write_bytes(data)


def arff(rows: pd.DataFrame, names: list[str]) -> str:
    lines = [f"'{name}',{','.join(map(str, row))},1" for name, row in zip(names, rows.to_numpy(), strict=True)]
    return f"{ARFF_HEAD}@attribute class {{0,1}}\n@data\n" + "\n".join(lines)


def each(suffix: str, write: Callable[[Path, pd.DataFrame], object]) -> Callable[[Path], None]:
    def write_folder(folder: Path) -> None:
        for clip, array in frames().items():
            write(below(folder, f"e/{clip}{suffix}"), pd.DataFrame(array, columns=NAMES))

    return write_folder


def index_of(write: Callable[[Path], object], tmp_path: Path) -> BuildReport:
    folder = tmp_path / "features"
    folder.mkdir()
    write(folder)
    data = {"features": [folder], "index": tmp_path / "index.h5", "aggregate": "mean", **write_metadata(tmp_path)}
    return build_index(DataConfig.model_validate({**data, "jobs": 1}))


def check(report: BuildReport, expected: Floats) -> None:
    [name] = report.index.encoders
    assert np.allclose(report.index.features(name), expected, atol=1e-6)


NAMED = {
    "of pandas": TABLE,
    "numbered rows": TABLE.reset_index(names="video"),
    "any name": TABLE.rename_axis("Dateiname"),
    "an id beside": TABLE.rename_axis("take").assign(id=range(len(CLIPS))).reset_index(),
    "paths": TABLE.set_axis([f"/data/{clip}.mov.npy" for clip in CLIPS]).rename_axis("path"),
    "single quotes": TABLE.set_axis([f"'{clip}'" for clip in CLIPS]).rename_axis("name"),
}


@pytest.mark.parametrize("table", NAMED.values(), ids=NAMED)
def test_clips_are_known_by_their_cells(table: pd.DataFrame, tmp_path: Path) -> None:
    check(index_of(csv(table=table), tmp_path), VALUES)


DIALECTS = {
    "semicolons": csv(sep=";", decimal=","),
    "tabs": csv("e.tsv", sep="\t", decimal=","),
    "bars": csv(sep="|"),
    "blanks": csv("e.txt", sep=" ", index_label="clip"),
    "quoted decimal commas": csv(decimal=","),
    "all quoted": csv(quoting=1),
    "UTF-16": csv(encoding="utf-16", sep="\t"),
    "byte-order mark": csv(encoding="utf-8-sig", lineterminator="\r\n"),
    "no header": csv(header=False),
    "text beside": csv(sep=";", decimal=",", table=TABLE.assign(said="Yes; 1,5\nor no")),
    "of a spreadsheet": text("e.csv", "sep=;\n" + TABLE.to_csv(sep=";", decimal=",") + ";;;\n"),
    "comments": text("e.csv", "# by a tool\n" + TABLE.to_csv()),
    "joined": text("e.csv", TABLE[:4].to_csv() + TABLE[4:].to_csv()),
    "trailing commas": text("e.csv", TABLE.to_csv().replace("\n", ",\n")),
    "of R": text("e.csv", TABLE.to_csv()[1:]),
    "xz": csv("e.csv.xz"),
    "gzip under another name": text("e.csv", gzip.compress(TABLE.to_csv().encode())),
    "ARFF": text("e.arff", arff(TABLE, CLIPS)),
    "ARFF as text": text("e.txt", arff(TABLE, CLIPS)),
    "ARFF as CSV, compressed": text("e.csv.gz", gzip.compress(arff(TABLE, CLIPS).encode())),
    "lists in text": csv(table=pd.DataFrame({"v": [str(row) for row in VALUES]}, index=CLIPS)),
    "JSON lines": text("e.jsonl", "\n".join(json.dumps({"clip": c, **row}) for c, row in TABLE.T.to_dict().items())),
    "Parquet": lambda folder: TABLE.to_parquet(folder / "e.parquet"),
    "Parquet with lists": lambda folder: pd.DataFrame({"v": VALUES.tolist()}, index=CLIPS).to_parquet(folder / "e.pq"),
    "Feather": lambda folder: TABLE.reset_index().to_feather(folder / "e.feather"),
}


@pytest.mark.parametrize("write", DIALECTS.values(), ids=DIALECTS)
def test_dialects_have_the_same_values(write: Callable[[Path], object], tmp_path: Path) -> None:
    check(index_of(write, tmp_path), VALUES)


FOLDERS = {
    "semicolons": each(".csv", lambda path, table: table.to_csv(path, sep=";", decimal=",", index=False)),
    "tabs": each(".tsv", lambda path, table: table.to_csv(path, sep="\t")),
    "gzip": each(".mov.csv.gz", lambda path, table: table.to_csv(path, index=False)),
    "numpy.savetxt": each(".txt", lambda path, table: np.savetxt(path, table, header=" ".join(NAMES))),
    "ARFF": each(".arff", lambda path, table: path.write_text(arff(table, ["noname"] * len(table)))),
    "Parquet": each(".parquet", lambda path, table: table.to_parquet(path)),
    "Feather": each(".feather", lambda path, table: table.to_feather(path)),
    "one table": lambda folder: pd.concat(
        [pd.DataFrame(x, columns=NAMES).assign(file=clip, frame=range(len(x))) for clip, x in frames().items()]
    ).to_csv(folder / "e.csv", index=False),
    "one table of lists": lambda folder: pd.DataFrame(
        {"clip": CLIPS, "frames": [x.tolist() for x in frames().values()]}
    ).to_parquet(folder / "e.parquet"),
}


@pytest.mark.parametrize("write", FOLDERS.values(), ids=FOLDERS)
def test_frames_of_clips_have_the_same_means(write: Callable[[Path], object], tmp_path: Path) -> None:
    check(index_of(write, tmp_path), MEANS)


def test_predicted_labels_beside_probabilities_are_left_out(tmp_path: Path) -> None:
    table = pd.DataFrame({"anger": 0.25, "joy": 0.75, "emotion_1": "hap", "mix": 0, "prediction": "joy"}, index=CLIPS)
    report = index_of(csv(table=table), tmp_path)
    assert report.index.encoders["e"].columns == ("anger", "joy")
    assert any("is your word" in note for note in report.notes)
