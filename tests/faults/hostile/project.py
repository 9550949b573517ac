"""A tiny project with a file of every kind that a command reads."""

import io
import json
import shutil
import wave
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from unittest import mock

import h5py
import numpy as np
import pandas as pd
import torch
import yaml
from safetensors.numpy import save_file
from tests.faults.hostile.command import run_here

from blemore_cli.data.example.project import write_example
from blemore_cli.experiments.runs.folder import RunFolder

FAST: Final = (
    *("--encoders", "wavlm,clip_vit", "--jobs", "1", "--quiet"),
    *("--set", "train.max_epochs=2", "--set", "model.fusion=weighted", "--set", "model.top_n=1"),
)
"""The quickest training that there is."""

WIDTH: Final = 4
ENCODERS: Final = ("wavlm", "clip_vit", "hubert")
"""Encoders of the planted project that are kept as they are; copies of a few columns are in the other formats."""

SPACE: Final = "train.learning_rate: {low: 0.001, high: 0.01, log: true}\nmodel.top_n: [1, 2]\n"


def make_project(folder: Path, *, is_long: bool) -> None:
    """Writes features of all formats, an index, runs finished and unfinished, predictions, media and extractions."""
    write_example(folder, n_clips=60, seed=0)
    source = np.load(folder / "features/wavlm_static_features.npz")
    names, matrix = [str(name) for name in source["filenames"]], source["X"][:, :WIDTH].astype(np.float32)
    for path in (folder / "features").iterdir():
        if not path.name.startswith(ENCODERS):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for name, write in FORMATS.items():
        write(folder / "features" / name, names, matrix)
    content = yaml.safe_load((folder / "blemore.yaml").read_text(encoding="utf-8"))
    del content["data"]["modality"]  # of encoders that are not there
    (folder / "blemore.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    for words in QUICK + (SLOW if is_long else ()):
        run_here(words, folder).check()
    if is_long:
        _leave_unfinished(folder)
    _write_others(folder, names)


def _table(names: list[str], matrix: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(matrix, columns=[f"x{column}" for column in range(WIDTH)]).assign(filename=names)


def _arff(path: Path, names: list[str], matrix: np.ndarray) -> None:
    head = ["@relation x", "@attribute name string", *(f"@attribute x{i} numeric" for i in range(WIDTH)), "@data"]
    rows = [f"'{name}'," + ",".join(map(str, row)) for name, row in zip(names, matrix.tolist(), strict=True)]
    path.write_text("\n".join([*head, *rows]) + "\n", encoding="utf-8")


def _jsonl(path: Path, names: list[str], matrix: np.ndarray) -> None:
    lines = [json.dumps({"filename": name, "features": row.tolist()}) for name, row in zip(names, matrix, strict=True)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _hdf5(path: Path, names: list[str], matrix: np.ndarray) -> None:
    with h5py.File(path, "w") as file:
        file.create_dataset("filenames", data=[name.encode() for name in names])
        file.create_dataset("X", data=matrix)


def _folder_of(suffix: str, save: Callable[[np.ndarray, Path], Any]) -> Callable[[Path, list[str], np.ndarray], None]:
    def write(path: Path, names: list[str], matrix: np.ndarray) -> None:
        path.mkdir()
        for name, row in zip(names, matrix, strict=True):
            save(np.stack([row, row + 1]), path / f"{name}{suffix}")

    return write


def _frames(rows: np.ndarray, path: Path) -> None:
    pd.DataFrame(rows, columns=["AU01_r", "AU02_r", "AU04_r", "AU05_r"]).to_csv(path, index=False)


FORMATS: Final[dict[str, Callable[[Path, list[str], np.ndarray], Any]]] = {
    "table.csv": lambda path, names, x: _table(names, x).to_csv(path, index=False),
    "packed.csv.gz": lambda path, names, x: _table(names, x).to_csv(path, index=False),
    "column.parquet": lambda path, names, x: _table(names, x).to_parquet(path, index=False),
    "arrow.feather": lambda path, names, x: _table(names, x).to_feather(path),
    "smile.arff": _arff,
    "lines.jsonl": _jsonl,
    "matrix.h5": _hdf5,
    "tensors.safetensors": lambda path, names, x: save_file(
        {name: row.copy() for name, row in zip(names, x, strict=True)}, path
    ),
    "torched": _folder_of(".pt", lambda rows, path: torch.save(torch.from_numpy(rows), path)),
    "openface": _folder_of(".csv", _frames),
}

QUICK: Final[tuple[tuple[str, ...], ...]] = (
    ("index", "--quiet", "--jobs", "1"),
    ("train", "--name", "one", *FAST),
    ("submit", "--run", "one", "--out", "preds.csv", "--quiet"),
    ("submit", "--run", "one", "--out", "preds.json", "--quiet"),
)
"""What every campaign needs."""

SLOW: Final[tuple[tuple[str, ...], ...]] = (
    ("ablate", "--selection", "random", "--top-n", "1", "--seeds", "1", "--name", "arms", *FAST),
    ("explain", "--run", "one", "--quiet"),
    ("stress", "--run", "one", "--kind", "missing", "--share", "0,.5", "--quiet"),
    ("tune", "--trials", "2", "--name", "tuned", *FAST),
)
"""What the long one reads as well."""


def _write_others(folder: Path, names: list[str]) -> None:
    shutil.copy(folder / "preds.json", folder / "template.json")
    (folder / "preds.zip").write_bytes(zipped({"preds.json": (folder / "preds.json").read_bytes()}))
    (folder / "space.yaml").write_text(SPACE, encoding="utf-8")
    _write_sound(folder / "media", names[:2])
    run_here(EXTRACT, folder).check()


def _leave_unfinished(folder: Path) -> None:
    """A run that was killed before its end, with the predictions of its inner trainings."""
    with mock.patch.object(RunFolder, "finish", side_effect=KeyboardInterrupt):
        assert run_here(("train", "--name", "half", *FAST), folder).code == 130
    shutil.rmtree(sorted((folder / "runs/half/checkpoints").iterdir())[-1])


def _write_sound(folder: Path, names: list[str]) -> None:
    folder.mkdir()
    random = np.random.default_rng(0)
    for name in names:
        with wave.open(str(folder / f"{name}.wav"), "wb") as file:
            file.setparams((1, 2, 16_000, 0, "NONE", ""))
            file.writeframes(random.integers(-9_000, 9_000, 16_000, dtype=np.int16).tobytes())


EXTRACT: Final = (
    *("extract", "--media", "media", "--encoder", "plain", "--out", "extracted", "--jobs", "1"),
    *("--device", "cpu", "--quiet"),
)


def zipped(members: dict[str, bytes]) -> bytes:
    """A zip archive of some members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()
