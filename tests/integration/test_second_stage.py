"""The second stage of the gate through the command line: `--top-n auto`, one stage, and labels of the fold left out."""

import shutil
from pathlib import Path

import pandas as pd
import pytest
from tests.integration.conftest import TINY, Answer, Attempt

pytestmark = pytest.mark.slow

LATENTS = (*TINY, "--set", "model.fusion=weighted")


def kept(run: Path) -> "pd.Series[int]":
    weights = pd.read_csv(run / "gate_oof.csv").iloc[:, 3:]
    return (weights > 0).sum(axis=1)


def test_auto_keeps_as_many_as_a_clip_needs_and_random_as_many(tiny: Path, answer: Answer) -> None:
    ask = ("ablate", "--top-n", "2", "--top-n", "auto", "--selection", "random", "--seeds", "1", "--name", "number")
    found = answer(*ask, *LATENTS)
    assert set(found["arms"]) == {"learned", "random", "learned-auto", "random-auto"}
    arms = tiny / "runs/number/arms"
    assert (kept(arms / "learned") <= 2).all()
    assert kept(arms / "learned-auto").min() >= 1
    assert len(kept(arms / "random-auto")) == len(kept(arms / "learned-auto"))


def test_one_stage_gates_are_others_and_auto_needs_two(tiny: Path, answer: Answer, attempt: Attempt) -> None:
    off = ("--set", "train.second_stage=false")
    for name, more in (("two", ()), ("one", off)):
        answer("train", "--top-n", "1", "--fold", "0", "--name", name, *more, *LATENTS)
    gates = [(tiny / f"runs/{name}/gate_oof.csv").read_bytes() for name in ("one", "two")]
    assert gates[0] != gates[1]
    code, _, stderr = attempt("train", "--top-n", "auto", "--name", "three", *off, *LATENTS)
    assert code == 3
    assert "second stage" in stderr
    assert attempt("train", "--top-n", "0")[0] == 2


def test_labels_of_the_fold_left_out_change_no_byte(tiny: Path, answer: Answer, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(tiny, other, ignore=shutil.ignore_patterns("runs"))
    metadata = pd.read_csv(tiny / "train_metadata.csv", keep_default_na=False, dtype=str)
    own = metadata["fold"] == "0"
    columns = ["mix", "emotion_1", "emotion_2", "emotion_1_salience", "emotion_2_salience"]
    metadata.loc[own, columns] = metadata.loc[own, columns].iloc[::-1].to_numpy()
    metadata.to_csv(other / "train_metadata.csv", index=False)
    for folder in (tiny, other):
        answer("index", "--allow-name-conflicts", cwd=folder)
        answer("train", "--top-n", "auto", "--fold", "0", "--name", "leak", *LATENTS, cwd=folder)
    for name in ("test.csv", "gate_oof.csv", "gate_test.csv"):
        assert (tiny / "runs/leak" / name).read_bytes() == (other / "runs/leak" / name).read_bytes(), name
