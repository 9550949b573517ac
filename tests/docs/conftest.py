"""What the documentation runs in: the folder of a participant, and commands in this process, which is quicker."""

import copy
import json
import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from contextlib import chdir
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from typer.testing import CliRunner

from blemore_cli.cli.app import app
from blemore_cli.core.parallel.engine import IMPORTED_BY_WORKERS
from blemore_cli.core.registry import REGISTERED
from blemore_cli.data.example.project import write_example
from blemore_cli.data.features.readers.base import READERS
from blemore_cli.extraction.encoders import ENCODERS
from blemore_cli.model.fusion import FUSIONS

KEPT = ("hicmae_static_features.npz", "egemaps.csv", "hubert")
FEW_REPEATS = "--predictors --repeats 2"
Run = Callable[[str, Path], str]


@pytest.fixture(autouse=True)
def _registries_as_before() -> Iterator[None]:
    """A document registers classes, which no other test should find."""
    before = [(registry, copy.deepcopy(dict(registry))) for registry in (FUSIONS, READERS, ENCODERS, REGISTERED)]
    modules = list(IMPORTED_BY_WORKERS)
    yield
    IMPORTED_BY_WORKERS[:] = modules
    for registry, entries in before:
        registry.clear()
        registry.update(entries)  # type: ignore[arg-type]


@pytest.fixture
def participant(tmp_path: Path) -> Path:
    """What one has after downloading the challenge's files and extracting features: three encoders, no project yet."""
    write_example(tmp_path / "example", n_clips=174, seed=0)
    for name in ("features", "train_metadata.csv", "test_metadata.csv"):
        shutil.move(tmp_path / "example" / name, tmp_path / name)
    labels = pd.read_csv(tmp_path / "example" / "planted" / "test_labels.csv")
    labels.to_csv(tmp_path / "test_labels.csv", index=False)
    shutil.rmtree(tmp_path / "example")
    for path in (tmp_path / "features").iterdir():
        if path.name not in KEPT:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    _write_identities(tmp_path)
    guess = [{"emotion": "neu", "salience": 100.0}]
    template = {"predictions": {f"{name}.mov": guess for name in labels["filename"]}}
    (tmp_path / "submission_template.json").write_text(json.dumps(template))
    return tmp_path


@pytest.fixture
def run_line() -> Run:
    """Runs a line that a document tells the reader to type, with fewer seeds and repeats; gives what stdout got."""

    def run(line: str, folder: Path) -> str:
        command, *words = shlex.split(re.sub("--seeds [3-9]", "--seeds 2", line).replace("--predictors", FEW_REPEATS))
        assert command == "blemore", line
        if words[0] == "ablate" and "--seeds" not in words:
            words += ["--seeds", "2"]
        with chdir(folder):
            done = CliRunner().invoke(app, words, env={"NO_COLOR": "1", "COLUMNS": "100"})
        assert done.exit_code == 0, f"{line}\n{done.output}\n{done.exception}"
        if words[0] == "init":
            _shorten_training(folder / "blemore.yaml")
        return str(done.stdout)

    return run


def _write_identities(folder: Path) -> None:
    """An encoder that knows who is seen: three clips in a row of each person, the test clips included."""
    clips = [name for split in ("train", "test") for name in pd.read_csv(folder / f"{split}_metadata.csv")["filename"]]
    actors = [name.split("_")[0] if name.startswith("A") else f"T{i // 3}" for i, name in enumerate(clips)]
    seen = pd.get_dummies(pd.Series(actors)).to_numpy(dtype=np.float32)
    noise = np.random.default_rng(0).normal(scale=0.05, size=seen.shape)
    np.savez(folder / "features" / "ecapa_static_features.npz", X=seen + noise, filenames=np.array(clips))


def _shorten_training(project: Path) -> None:
    """Two epochs are enough to see that a command works."""
    content = yaml.safe_load(project.read_text(encoding="utf-8"))
    content["train"] |= {"max_epochs": 2, "jobs": 1}
    project.write_text(yaml.safe_dump(content), encoding="utf-8")
