# ruff: noqa: E501
"""Broken inputs end with an exit code of the contract, a message that names the file and the fix, and nothing else."""

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
from tests.integration.conftest import FAST, Blemore

pytestmark = pytest.mark.slow

Breaking = Callable[[Path], object]


class Hostile:
    """Unpickling it would run code."""

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:
        return Path.touch, (Path("pwned"),)  # type: ignore[return-value]


def write(path: str, text: str) -> Breaking:
    return lambda folder: (folder / path).write_bytes(text.encode())


def edit(path: str, old: str, new: str) -> Breaking:
    def change(folder: Path) -> None:
        text = (folder / path).read_text()
        assert old in text
        (folder / path).write_text(text.replace(old, new, 1))

    return change


def truncate(path: str) -> Breaking:
    return lambda folder: (folder / path).write_bytes((folder / path).read_bytes()[:100])


def hostile_npz(folder: Path) -> None:
    np.savez(folder / "features/hostile_static_features.npz", X=np.array([Hostile()], dtype=object), filenames=["a"])


def escaping_npz(folder: Path) -> None:
    with zipfile.ZipFile(folder / "features/escape_static_features.npz", "w") as archive:
        archive.writestr("../X.npy", b"x")
        archive.writestr("filenames.npy", b"x")


def wrong_index_format(folder: Path) -> None:
    with h5py.File(folder / "index.h5", "w") as file:
        file.attrs["format"] = "something else"


def train_line(field: int, value: str) -> Breaking:
    def change(folder: Path) -> None:
        path = folder / "train_metadata.csv"
        lines = path.read_text().splitlines()
        cells = lines[3].split(",")
        cells[field] = value
        path.write_text("\n".join([*lines[:3], ",".join(cells), *lines[4:]]) + "\n")

    return change


INDEX, TRAIN = ["index"], ["train", *FAST]
CASES: dict[str, tuple[Breaking, list[str], int, str]] = {
    "yaml unknown key": (edit("blemore.yaml", "top_n:", "topn:"), INDEX, 3, "top_n"),
    "yaml not yaml": (write("blemore.yaml", "data: [unclosed"), INDEX, 3, "blemore.yaml"),
    "yaml tag": (write("blemore.yaml", "runs: !!python/object/apply:os.system [touch pwned]"), INDEX, 3, "blemore.yaml"),
    "yaml wrong type": (write("blemore.yaml", "model: {top_n: many}"), INDEX, 3, "top_n"),
    "yaml duplicate key": (write("blemore.yaml", "runs: a\nruns: b\n"), INDEX, 3, "runs"),
    "config missing": (write("x", "x"), ["index", "--config", "nowhere.yaml"], 3, "nowhere.yaml"),
    "set unknown": (write("x", "x"), ["index", "--set", "model.topn=3"], 3, "topn"),
    "set without value": (write("x", "x"), ["index", "--set", "model.top_n"], 2, "model.top_n"),
    "flag wrong type": (write("x", "x"), ["train", "--top-n", "many"], 2, "--top-n"),
    "flag out of range": (write("x", "x"), ["train", "--top-n", "0"], 2, "--top-n"),
    "flag unknown": (write("x", "x"), ["train", "--topn", "3"], 2, "--topn"),
    "command unknown": (write("x", "x"), ["trian"], 2, "trian"),
    "metadata missing": (lambda f: (f / "train_metadata.csv").unlink(), INDEX, 3, "train_metadata.csv"),
    "metadata empty": (write("train_metadata.csv", ""), INDEX, 3, "train_metadata.csv"),
    "metadata binary": (lambda f: (f / "train_metadata.csv").write_bytes(b"\xff\xfe\x00"), INDEX, 3, "train_metadata"),
    "unknown emotion": (train_line(3, "joy"), INDEX, 3, "joy"),
    "fold negative": (train_line(10, "-1"), INDEX, 3, "fold"),
    "fold fraction": (train_line(10, "1.5"), INDEX, 3, "fold"),
    "duplicate clip": (lambda f: train_line(0, (f / "train_metadata.csv").read_text().splitlines()[1].split(",")[0])(f), INDEX, 3, "train_metadata.csv"),
    "feature truncated": (lambda f: truncate(str(next((f / "features").glob("*.npz")).relative_to(f)))(f), INDEX, 3, "npz"),
    "feature hostile pickle": (hostile_npz, INDEX, 3, "hostile"),
    "feature escaping zip": (escaping_npz, INDEX, 3, "escape"),
    "features folder missing": (lambda f: shutil.rmtree(f / "features"), INDEX, 3, "features"),
    "index missing": (lambda f: (f / "index.h5").unlink(), TRAIN, 4, "blemore index"),
    "index truncated": (truncate("index.h5"), TRAIN, 4, "index.h5"),
    "index text": (write("index.h5", "hello"), TRAIN, 4, "index.h5"),
    "index of something else": (wrong_index_format, TRAIN, 4, "index.h5"),
    "encoder unknown": (write("x", "x"), ["train", "--encoders", "nope"], 4, "nope"),
    "heads without blends": (write("x", "x"), ["train", "--set", "model.heads=softmax6"], 3, "decode.method=thresholds"),
    "adam with decay": (write("x", "x"), ["train", "--set", "train.optimiser=adam"], 3, "train.weight_decay=0.001"),
    "fold unknown": (write("x", "x"), ["train", "--fold", "9"], 2, "9"),
    "run name": (write("x", "x"), ["train", "--name", "../escape"], 2, "escape"),
    "run exists": (write("x", "x"), ["train", "--name", "first"], 4, "--resume"),
    "run unknown": (write("x", "x"), ["submit", "--run", "nope", "--out", "p.csv"], 4, "nope"),
    "checkpoint truncated": (truncate("runs/one/checkpoints/seed0-fold1/model.safetensors"), ["submit", "--out", "p.csv"], 4, "seed0-fold1"),
    "checkpoint record": (write("runs/one/checkpoints/seed0-fold1/model.json", "{}"), ["submit", "--out", "p.csv"], 4, "seed0-fold1"),
    "submit suffix": (write("x", "x"), ["submit", "--out", "p.txt"], 2, "p.txt"),
    "template broken": (write("t.json", "{"), ["submit", "--out", "p.json", "--template", "t.json"], 5, "t.json"),
    "template of others": (write("t.json", json.dumps({"predictions": {"other.mov": [{"emotion": "sad", "salience": 100.0}]}})), ["submit", "--out", "p.json", "--template", "t.json"], 5, "other"),
    "predictions empty": (write("p.csv", ""), ["evaluate", "p.csv"], 5, "p.csv"),
    "predictions partial": (write("p.csv", "filename,mix,emotion_1,emotion_2,emotion_1_salience,emotion_2_salience\n"), ["evaluate", "p.csv"], 5, "p.csv"),
    "predictions 60/40": (write("p.json", json.dumps({"predictions": {"test_0001.mov": [{"emotion": "sad", "salience": 60}, {"emotion": "ang", "salience": 40}]}})), ["evaluate", "p.json"], 5, "60"),
    "predictions not json": (write("p.json", "nope"), ["evaluate", "p.json"], 5, "p.json"),
    "demo folder in use": (write("x", "x"), ["demo", "."], 4, "empty"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_broken_input(case: str, trained: Path, blemore: Blemore) -> None:
    breaking, words, code, named = CASES[case]
    folder = trained
    breaking(folder)
    before = sorted(path.relative_to(folder) for path in folder.rglob("*"))
    done = blemore(*words, cwd=folder)
    assert done.returncode == code, done.stderr
    assert named in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert sorted(path.relative_to(folder) for path in folder.rglob("*")) == before
