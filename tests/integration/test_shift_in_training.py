"""`adapt.shift` from the command line: an encoder that collapses on the test clips, and one that does on a fold."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.integration.conftest import FAST, Answer, Attempt

from blemore_cli.core.types import Bools, Clips, EncoderFeatures
from blemore_cli.data.index.file import read_index, write_index
from blemore_cli.experiments.runs.folder import RunFolder

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("shift")]  # two projects for all

TRAIN = ["train", "--encoders", "clip_vit,hicmae,wavlm", "--top-n", "2", *FAST]
TABLES = ("oof.csv", "test.csv", "gate_oof.csv", "gate_test.csv", "shift.json")


def rewrite(project: Path, *, collapsed: Bools | None = None, clips: Clips | None = None) -> None:
    """Writes the index again: `hicmae` collapses in some rows, clips have other labels."""
    path = project / "index.h5"
    index, encoders = read_index(path), []
    for name, info in index.encoders.items():
        features = index.features(name)
        if name == "hicmae" and collapsed is not None:
            features[collapsed] = 0.1 * features[collapsed] + 4
        parts = (info.modality, info.source, info.aggregate, info.sha256)
        encoders.append(EncoderFeatures(name, features, index.present(name), *parts))
    write_index(path, clips or index.clips, encoders)


@pytest.fixture(scope="module")
def collapsing(tiny: Path) -> Path:
    """The tiny project with an encoder that collapses on the test clips."""
    folder = tiny.parent / "collapsing"
    shutil.copytree(tiny, folder, ignore=shutil.ignore_patterns("runs"))
    rewrite(folder, collapsed=read_index(folder / "index.h5").clips.is_test)
    return folder


def models(run: Path) -> list[str]:
    return sorted(path.name for path in (run / "checkpoints").iterdir())


def test_models_for_the_test_clips_are_trained_without_it(collapsing: Path, answer: Answer, attempt: Attempt) -> None:
    metrics = answer(*TRAIN, "--name", "drop", cwd=collapsing)
    run = collapsing / "runs/drop"
    assert list(metrics["shift"]["test"]) == ["hicmae"]
    assert metrics["shift"]["test"]["hicmae"]["trust"] == 0
    assert metrics["shift"]["folds"] == {str(fold): {} for fold in range(5)}
    assert models(run) == sorted([f"seed0-fold{k}{end}" for k in range(5) for end in ("", "-test")])
    test, oof = (pd.read_csv(run / f"gate_{part}.csv") for part in ("test", "oof"))
    assert (test["hicmae"] == 0).all()
    assert (oof["hicmae"] > 0).any()
    assert len(test) == 5 * (read_index(collapsing / "index.h5").clips.is_test).sum()
    np.testing.assert_allclose(test[["clip_vit", "wavlm"]].sum(axis=1), 1, atol=1e-5)
    stages = pd.read_json(run / "log.jsonl", lines=True)["stage"].unique()
    assert {"inner 0+1", "inner test 0+1", "final", "final test"} <= set(stages)

    code, stdout, _ = attempt(*TRAIN, "--name", "drop", "--resume", cwd=collapsing)
    assert code == 0
    assert "for the test clips: left out hicmae (AUC 1.00)" in stdout
    assert "for fold" not in stdout


def test_the_submission_is_that_of_the_models_for_the_test_clips(collapsing: Path, answer: Answer) -> None:
    answer(*TRAIN, "--name", "sent", cwd=collapsing)
    before = answer("submit", "--run", "sent", "--out", "first.csv", cwd=collapsing)
    for k in range(5):  # what the other models say of the test clips does not matter
        folder = collapsing / f"runs/sent/checkpoints/seed0-fold{k}"
        shutil.copy(folder.with_name(f"seed0-fold{(k + 1) % 5}") / "model.safetensors", folder)
    RunFolder(collapsing / "runs/sent").mark_finished()
    after = answer("submit", "--run", "sent", "--out", "second.csv", cwd=collapsing)
    assert before["n"] == after["n"]
    assert (collapsing / "first.csv").read_bytes() == (collapsing / "second.csv").read_bytes()


def test_resumed_and_repeated_runs_have_the_same_bytes(collapsing: Path, answer: Answer) -> None:
    answer(*TRAIN, "--name", "whole", cwd=collapsing)
    run = collapsing / "runs/whole"
    before = {name: (run / name).read_bytes() for name in TABLES}
    for name in ("done", "shift.json", *TABLES[:4]):
        (run / name).unlink()
    shutil.rmtree(run / "checkpoints/seed0-fold1-test")
    shutil.rmtree(run / "checkpoints/seed0-fold3")
    answer(*TRAIN, "--name", "whole", "--resume", cwd=collapsing)
    assert {name: (run / name).read_bytes() for name in TABLES} == before


def test_labels_change_no_byte_of_what_is_decided(collapsing: Path, tmp_path: Path, answer: Answer) -> None:
    folder = tmp_path / "shuffled"
    shutil.copytree(collapsing, folder, ignore=shutil.ignore_patterns("runs"))
    clips = read_index(folder / "index.h5").clips
    label, train = clips.label.copy(), np.flatnonzero(~clips.is_test)
    label[train] = np.random.default_rng(0).permutation(label[train])
    rewrite(folder, clips=replace(clips, label=label))
    told = [answer(*TRAIN, "--name", "labels", cwd=cwd)["shift"] for cwd in (collapsing, folder)]
    assert told[0] == told[1]
    one, two = (cwd / "runs/labels/shift.json" for cwd in (collapsing, folder))
    assert one.read_bytes() == two.read_bytes()


def test_labels_of_a_held_out_fold_change_no_byte_of_its_predictions(
    collapsing: Path, tmp_path: Path, answer: Answer
) -> None:
    folder = tmp_path / "shuffled"
    shutil.copytree(collapsing, folder, ignore=shutil.ignore_patterns("runs"))
    clips = read_index(folder / "index.h5").clips
    label, own = clips.label.copy(), np.flatnonzero(clips.fold == 0)
    label[own] = np.random.default_rng(0).permutation(label[own])
    rewrite(folder, clips=replace(clips, label=label))
    for cwd in (collapsing, folder):
        answer(*TRAIN, "--fold", "0", "--name", "leak", cwd=cwd)
        assert models(cwd / "runs/leak") == ["seed0-fold0", "seed0-fold0-test"]
    for name in TABLES:
        one, two = (cwd / "runs/leak" / name for cwd in (collapsing, folder))
        assert one.read_bytes() == two.read_bytes(), name


@pytest.fixture(scope="module")
def collapsing_fold(tiny: Path) -> Path:
    """The tiny project with an encoder that collapses on fold 2."""
    folder = tiny.parent / "collapsing_fold"
    shutil.copytree(tiny, folder, ignore=shutil.ignore_patterns("runs"))
    rewrite(folder, collapsed=read_index(folder / "index.h5").clips.fold == 2)
    return folder


def test_a_fold_that_collapses_is_predicted_without_it(collapsing_fold: Path, answer: Answer) -> None:
    metrics = answer(*TRAIN, "--name", "fold", cwd=collapsing_fold)
    run = collapsing_fold / "runs/fold"
    assert list(metrics["shift"]["folds"]["2"]) == ["hicmae"]
    assert not any(metrics["shift"]["folds"][fold] for fold in "0134")
    assert metrics["shift"]["test"] == {}
    assert models(run) == sorted([*(f"seed0-fold{k}" for k in range(5)), "seed0-fold2-test"])
    oof = pd.read_csv(run / "gate_oof.csv")
    assert (oof["hicmae"][oof["fold"] == 2] == 0).all()
    assert (oof["hicmae"][oof["fold"] != 2] > 0).any()
    test = pd.read_csv(run / "gate_test.csv")
    assert (test["hicmae"][test["fold"] == 2] > 0).any()  # the test clips have not collapsed


def test_an_ablation_measures_once_and_its_arms_decide(collapsing_fold: Path, answer: Answer) -> None:
    arms = ["--arm", "blind adapt.shift=none", "--arm", "wary adapt.shift=downweight"]
    words = ["ablate", *arms, "--seeds", "1", *TRAIN[1:3], *FAST, "--name", "arms"]
    assert list(answer(*words, cwd=collapsing_fold)["arms"]) == ["learned", "blind", "wary"]
    run = collapsing_fold / "runs/arms"
    assert [path.relative_to(run).as_posix() for path in run.rglob("shift.json")] == ["shift.json"]
    told = {name: json.loads((run / f"arms/{name}/metrics.json").read_text()) for name in ("learned", "blind", "wary")}
    assert "shift" not in told["blind"]
    assert "test" not in told["learned"]["shift"]  # arms do not predict the test clips
    assert told["learned"]["shift"]["folds"]["2"]["hicmae"]["trust"] == 0
    assert told["wary"]["shift"]["rule"] == "downweight"
    assert told["wary"]["shift"]["folds"]["2"]["hicmae"]["trust"] < 0.2


def test_without_shifted_encoders_nothing_changes(tiny: Path, answer: Answer) -> None:
    metrics = answer(*TRAIN, "--name", "still", cwd=tiny)
    assert not metrics["shift"]["test"]
    assert not any(metrics["shift"]["folds"].values())
    without = answer(*TRAIN, "--name", "blind", "--set", "adapt.shift=none", cwd=tiny)
    assert "shift" not in without
    assert not (tiny / "runs/blind/shift.json").exists()
    assert models(tiny / "runs/still") == models(tiny / "runs/blind") == [f"seed0-fold{k}" for k in range(5)]
    for name in TABLES[:4]:
        assert (tiny / "runs/still" / name).read_bytes() == (tiny / "runs/blind" / name).read_bytes(), name
