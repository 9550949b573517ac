"""`blemore train` and `blemore cv`: the run folder, repeats, single folds, seeds, protocols, adaptation, resuming."""

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.integration.conftest import FAST, TINY, Answer, Attempt, Blemore, parsed

from blemore_cli.core.errors import ArtefactError
from blemore_cli.core.labels import PROBABILITY_COLUMNS

pytestmark = pytest.mark.slow


def test_run_folder_holds_the_contracts_files(trained: Path) -> None:
    run = trained / "runs" / "first"
    for name in (
        "config.yaml",
        "metrics.json",
        "oof.csv",
        "test.csv",
        "gate_oof.csv",
        "gate_test.csv",
        "log.jsonl",
        "done",
    ):
        assert (run / name).is_file(), name
    assert (trained / "runs" / "latest").read_text().strip() == "one"  # the last that `train` wrote
    metadata = pd.read_csv(trained / "train_metadata.csv")
    oof, test = pd.read_csv(run / "oof.csv"), pd.read_csv(run / "test.csv")
    assert list(oof.columns[:3]) == ["filename", "fold", "seed"]
    assert list(oof.columns[8:]) == list(PROBABILITY_COLUMNS)
    assert sorted(oof["filename"]) == sorted(metadata["filename"])
    merged = oof.merge(metadata, on="filename")
    assert (merged["fold_x"] == merged["fold_y"]).all()
    assert (test.groupby("filename").size() == 5).all()
    np.testing.assert_allclose(oof[list(PROBABILITY_COLUMNS)].sum(axis=1), 1)
    weights = pd.read_csv(run / "gate_oof.csv").iloc[:, 3:]
    np.testing.assert_allclose(weights.sum(axis=1), 1, atol=1e-5)
    assert ((weights > 0).sum(axis=1) <= 3).all()


def test_repeats_are_byte_identical_whatever_the_number_of_workers(trained: Path, blemore: Blemore) -> None:
    again = ["train", "--top-n", "1", *TINY[:-2], "--name", "again", "--jobs", "2"]
    parsed(blemore(*again, "--json", cwd=trained))
    for name in ("oof.csv", "test.csv", "gate_oof.csv", "gate_test.csv", "log.jsonl"):
        assert (trained / "runs/again" / name).read_bytes() == (trained / "runs/one" / name).read_bytes(), name


def test_one_fold_alone_equals_that_fold_of_all(trained: Path, blemore: Blemore) -> None:
    content = parsed(blemore("train", "--fold", "2", "--name", "two", *FAST, "--json", cwd=trained))
    assert [fold["fold"] for fold in content["folds"]] == [2]
    alone, every = (pd.read_csv(trained / "runs" / name / "oof.csv") for name in ("two", "first"))
    pd.testing.assert_frame_equal(alone, every[every["fold"] == 2].reset_index(drop=True))
    extended = parsed(blemore("train", "--fold", "0", "--name", "two", "--resume", *FAST, "--json", cwd=trained))
    assert [fold["fold"] for fold in extended["folds"]] == [0, 2]


def test_resume_after_losing_work_gives_the_same_bytes(tiny: Path, answer: Answer, attempt: Attempt) -> None:
    words = ["train", *TINY, "--name", "halfway"]
    answer(*words)
    run, tables = tiny / "runs/halfway", ("oof.csv", "test.csv", "log.jsonl")
    before = {name: (run / name).read_bytes() for name in tables}
    for name in ("done", "metrics.json", "oof.csv"):
        (run / name).unlink()
    for lost in ("seed0-fold1", "seed0-fold4"):
        shutil.rmtree(run / "checkpoints" / lost)
    (run / "checkpoints" / ".left-by-a-killed-worker").mkdir()
    code, _, stderr = attempt("submit", "--run", "halfway", "--out", "preds.csv")
    assert (code, "--resume" in stderr) == (4, True)
    answer(*words, "--resume")
    assert {name: (run / name).read_bytes() for name in tables} == before
    assert (run / "device").read_text() == "cpu\n"
    (tiny / "runs/latest").unlink()


@pytest.mark.usefixtures("gpu")
def test_a_run_of_a_cpu_goes_on_on_no_gpu(tiny: Path, answer: Answer, attempt: Attempt) -> None:
    words = ["train", *TINY, "--name", "device", "--fold", "0"]
    answer(*words, "--device", "cpu")
    for device in ("cuda", "auto"):
        code, _, stderr = attempt(*words, "--resume", "--device", device)
        assert (code, "differs in train.device" in stderr, "train.device=cpu" in stderr) == (4, True, True)
    assert (tiny / "runs/device/device").read_text() == "cpu\n"
    (tiny / "runs/latest").unlink()


def test_averaged_seeds_and_matched_label_shares_are_told_from_training_to_submission(
    tiny: Path, attempt: Attempt, answer: Answer
) -> None:
    words = ["train", *TINY, "--seeds", "2", "--name", "matched", "--set", "decode.match_prior=split"]
    code, stdout, stderr = attempt(*words)
    assert code == 0, stderr
    metrics = json.loads((tiny / "runs/matched/metrics.json").read_text())
    assert set(metrics["averaged"]) == {"presence", "salience", "score", "ci95"}
    assert (metrics["standardize"], metrics["match_prior"], metrics["transductive"]) == ("split", "split", True)
    notes = [
        "features standardised within each split: adapted to its unlabelled clips",
        "transductive: label shares matched to the design within each split",
    ]
    assert all(note in stdout for note in [*notes, "averaged, as submitted"])
    submit = ["submit", "--run", "matched", "--out", tiny / "matched.csv"]
    _, stdout, _ = attempt(*submit)
    assert all(note in stdout for note in notes)
    assert answer(*submit)["match_prior"] == "split"
    code, _, stderr = attempt("train", "--name", "no", "--set", "decode.match_prior=person")
    assert (code, "34 of 174 clips have no person" in stderr) == (3, True)
    (tiny / "runs/latest").unlink()


def test_thresholds_decode_with_two_numbers(trained: Path, blemore: Blemore) -> None:
    words = ["train", "--name", "two-thresholds", "--set", "decode.method=thresholds", *FAST, "--json"]
    content = parsed(blemore(*words, cwd=trained))
    assert content["decoder"]["method"] == "thresholds"


def test_a_stopped_run_resumes_to_the_same_bytes(trained: Path, blemore: Blemore) -> None:
    name = "stopped"
    run, words = trained / "runs" / name, ["train", "--top-n", "1", *TINY[:-2], "--name", name, "--quiet", "--jobs"]
    # an idle shell would start it with SIGINT ignored
    process = subprocess.Popen(
        [sys.executable, "-m", "blemore_cli", *words, "2"],
        cwd=trained,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    while process.poll() is None and not list(run.glob("checkpoints/seed*")):
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 130, stderr
    assert b"Traceback" not in stderr
    assert not (run / "done").exists()
    parsed(blemore(*words, "1", "--resume", "--json", cwd=trained))
    for file in ("oof.csv", "test.csv", "gate_oof.csv", "gate_test.csv", "log.jsonl"):
        assert (run / file).read_bytes() == (trained / "runs/one" / file).read_bytes(), file


def test_cv_answers_with_the_contracts_keys_and_error_bars(tiny: Path, answer: Answer) -> None:
    content = answer("cv", "--seeds", "2", *TINY, "--name", "two")
    assert (content["run"], content["protocol"], content["seeds"]) == ("two", "nested", [0, 1])
    assert set(content["oof"]) == {"presence", "salience", "score", "std", "ci95"}
    assert content["oof"]["ci95"][0] <= content["oof"]["score"] <= content["oof"]["ci95"][1]
    assert [fold["fold"] for fold in content["folds"]] == [0, 1, 2, 3, 4]
    assert all({"presence", "salience", "score", "n_epochs"} <= set(fold) for fold in content["folds"])
    actors = [actor for fold in content["split"] for actor in fold["actors"]]
    assert len(actors) == len(set(actors)) == content["n_actors"] == len(content["actors"])
    assert sum(fold["n_clips"] for fold in content["split"]) == content["n_clips"]
    assert sum(label["n"] for label in content["labels"]) == content["n_clips"]
    assert content == json.loads((tiny / "runs/two/metrics.json").read_text())
    scores = [pd.read_csv(tiny / "runs/two/oof.csv").query(f"seed == {seed}") for seed in (0, 1)]
    assert [len(own) for own in scores] == [content["n_clips"]] * 2
    assert not (tiny / "runs/latest").exists()  # that is for `train`


def test_cv_goes_on_with_more_seeds_and_submits_all_of_them(tiny: Path, answer: Answer, tmp_path: Path) -> None:
    answer("cv", "--seeds", "1", *TINY, "--name", "more")
    model = tiny / "runs/more/checkpoints/seed0-fold0/model.safetensors"
    before = model.stat().st_mtime_ns
    assert answer("cv", "--seeds", "2", *TINY, "--name", "more", "--resume")["seeds"] == [0, 1]
    assert model.stat().st_mtime_ns == before
    assert answer("cv", "--seeds", "1", *TINY, "--name", "more", "--resume")["seeds"] == [0, 1]
    answer("submit", "--run", "more", "--out", tmp_path / "all.csv")
    test = pd.read_csv(tiny / "runs/more/test.csv")
    assert set(test.groupby("filename").size()) == {10}
    mean = test.groupby("filename", sort=False)[list(PROBABILITY_COLUMNS)].mean()
    submitted = pd.read_csv(tmp_path / "all.csv")
    assert submitted["filename"].tolist() == mean.index.tolist()


def test_train_with_more_seeds_is_the_same_run_extended(tiny: Path, answer: Answer, tmp_path: Path) -> None:
    assert answer("train", *TINY, "--name", "seeded")["seeds"] == [0]
    model = tiny / "runs/seeded/checkpoints/seed0-fold0/model.safetensors"
    before = model.stat().st_mtime_ns
    extended = answer("train", "--seeds", "2", *TINY, "--name", "seeded", "--resume")
    assert (extended["seeds"], model.stat().st_mtime_ns) == ([0, 1], before)
    crossed = answer("cv", "--seeds", "2", *TINY, "--name", "crossed")
    assert set(extended) == set(crossed)
    assert extended["oof"]["score"] == pytest.approx(crossed["oof"]["score"], abs=0.02)  # rounding of other stacks
    assert (tiny / "runs/latest").read_text().strip() == "seeded"
    answer("submit", "--out", tmp_path / "all.csv")
    assert set(pd.read_csv(tiny / "runs/seeded/test.csv").groupby("filename").size()) == {10}
    (tiny / "runs/latest").unlink()


def test_cv_shows_tables_on_the_terminal_and_in_event_files(tiny: Path, attempt: Attempt) -> None:
    code, stdout, stderr = attempt("cv", "--seeds", "1", *TINY, "--name", "shown", "--tensorboard")
    assert code == 0
    board = tiny / "runs/shown/tensorboard"
    assert f"event files are in {board}" in stderr
    assert len(list(board.glob("seed0/fold0/inner_*/events.*"))) == 4
    for title in ("shown: out-of-fold accuracy", "the split, disjoint by actor", "by true label", "by actor"):
        assert title in stdout


def test_the_official_protocol_is_labelled_and_chooses_on_the_scored_fold(answer: Answer, attempt: Attempt) -> None:
    words = ["cv", "--seeds", "2", *TINY, "--set", "train.max_epochs=8", "--set", "train.choose_by=score"]
    nested = answer(*words, "--name", "nested")
    official = answer(*words, "--protocol", "official", "--name", "official")
    assert (nested["protocol"], official["protocol"]) == ("nested", "official")
    epochs = [[fold["n_epochs"] for fold in content["folds"]] for content in (nested, official)]
    assert epochs[0] != epochs[1]
    _, stdout, _ = attempt(*words, "--protocol", "official", "--name", "official", "--resume")
    assert "official protocol (epoch and thresholds from the scored fold: optimistic)" in " ".join(stdout.split())


def test_adapted_models_are_submitted_where_they_are_adapted_to_the_test_clips(
    tiny: Path, answer: Answer, tmp_path: Path
) -> None:
    content = answer("train", *TINY, "--set", "adapt.method=coral", "--name", "adapted")
    names = sorted(path.name for path in (tiny / "runs/adapted/checkpoints").iterdir())
    assert names == sorted(f"seed0-fold{fold}{target}" for fold in range(5) for target in ("", "-test"))
    assert content["n_clips"] == len(pd.read_csv(tiny / "runs/adapted/oof.csv"))
    assert answer("submit", "--run", "adapted", "--out", tmp_path / "p.csv")["n"] > 0
    shutil.rmtree(tiny / "runs/adapted/checkpoints/seed0-fold0")
    before = (tmp_path / "p.csv").read_bytes()
    answer("submit", "--run", "adapted", "--out", tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_bytes() == before  # the other models do not count


def test_labels_of_a_fold_change_no_byte_of_what_its_model_predicts(
    tiny: Path, answer: Answer, attempt: Attempt, tmp_path: Path
) -> None:
    words = ["train", "--fold", "0", *TINY, "--name", "fold0"]
    answer(*words)
    project = tmp_path / "project"
    shutil.copytree(tiny, project, ignore=shutil.ignore_patterns("runs", "index.h5"))
    metadata = pd.read_csv(project / "train_metadata.csv", dtype=str)
    columns = ["mix", "emotion_1", "emotion_2", "emotion_1_salience", "emotion_2_salience"]
    own = metadata["fold"] == "0"
    metadata.loc[own, columns] = metadata.loc[own, columns].sample(frac=1, random_state=0).to_numpy()
    metadata.to_csv(project / "train_metadata.csv", index=False)
    assert attempt("index", "--quiet", "--allow-name-conflicts", cwd=project)[0] == 0  # names have the true labels
    answer(*words, cwd=project)
    scores = [json.loads((folder / "runs/fold0/metrics.json").read_text())["folds"] for folder in (tiny, project)]
    assert scores[0] != scores[1]
    for name in ("oof.csv", "test.csv", "gate_oof.csv", "gate_test.csv"):
        assert (project / "runs/fold0" / name).read_bytes() == (tiny / "runs/fold0" / name).read_bytes(), name


def test_a_run_is_the_latest_even_if_its_event_files_fail(
    tiny: Path, attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise ArtefactError("the disk is full")

    monkeypatch.setattr("blemore_cli.reporting.event_files.write_event_files", full)
    code, stdout, stderr = attempt("train", "--fold", "0", *TINY, "--name", "board", "--tensorboard", "--json")
    assert (code, json.loads(stdout)["run"]) == (4, "board")
    assert "the disk is full" in stderr
    assert (tiny / "runs/latest").read_text().strip() == "board"
