"""Every row of the table of docs/features.md has an example, which is built and indexed.

The examples are in `feature_examples/`: a module for each group of layouts, with a dict `EXAMPLES` by the table's cell.
"""

import re
from importlib import import_module
from pathlib import Path

import pandas as pd
import pytest
from tests.docs.blocks import ROOT
from tests.docs.feature_examples.example import TEST, TRAIN, Example

from blemore_cli.core.config.schema import DataConfig
from blemore_cli.data.build import build_index
from blemore_cli.data.metadata.clip_names import parse_clip_name


def examples() -> dict[str, Example]:
    modules = sorted((Path(__file__).parent / "feature_examples").glob("*.py"))
    names = [path.stem for path in modules if path.stem != "example"]
    parts = [import_module(f"tests.docs.feature_examples.{name}").EXAMPLES for name in names]
    assert len({key for part in parts for key in part}) == sum(map(len, parts)), "two examples of one cell"
    return {cell: example for part in parts for cell, example in part.items()}


def recognised() -> list[str]:
    """The cells `example` of the table of what is recognised."""
    text = (ROOT / "docs" / "features.md").read_text(encoding="utf-8")
    table = text.split("## What is recognised", 1)[1].split("\n## ", 1)[0]
    cells = [re.split(r"(?<!\\)\|", line)[2].strip() for line in table.splitlines() if line.startswith("|")]
    return cells[2:]


def write_metadata(folder: Path) -> dict[str, object]:
    """Metadata of the clips of the examples, as keys of `data`."""
    actors, emotions = zip(*(clip.split("_")[:2] for clip in TRAIN), strict=True)
    assert all(parse_clip_name(clip) for clip in TRAIN)
    table = pd.DataFrame({"filename": TRAIN, "video_id": actors, "mix": 0, "emotion_1": emotions, "emotion_2": ""})
    table = table.assign(emotion_1_salience=100, emotion_2_salience="", fold=[int(a[1:]) % 2 for a in actors])
    table.to_csv(folder / "train_metadata.csv", index=False)
    pd.DataFrame({"filename": TEST}).to_csv(folder / "test_metadata.csv", index=False)
    return {f"{split}_metadata": folder / f"{split}_metadata.csv" for split in ("train", "test")}


def test_every_row_of_the_table_has_an_example() -> None:
    assert sorted(recognised()) == sorted(examples())


@pytest.mark.parametrize("cell", examples(), ids=lambda cell: re.sub(r"[^\w.]+", "_", cell).strip("_"))
def test_an_example_is_indexed(cell: str, tmp_path: Path) -> None:
    example = examples()[cell]
    folder = tmp_path / "features"
    folder.mkdir()
    example.write(folder)
    settings = {"missing": "mask" if example.missing else "error", **dict(example.settings)}
    data: dict[str, object] = {
        "features": [folder / example.path],
        "index": tmp_path / "index.h5",
        **write_metadata(tmp_path),
    }
    report = build_index(DataConfig.model_validate({**data, **settings, "jobs": 1}))
    assert {name: encoder.dim for name, encoder in report.index.encoders.items()} == example.encoders
    assert {encoder.n_missing for encoder in report.index.encoders.values()} == {len(example.missing)}
    assert {entry.path.stem for entry in report.passed_over} == set(example.passed_over)
    for note in example.notes:
        assert any(note in line for line in report.notes), report.notes
