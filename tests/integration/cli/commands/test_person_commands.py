"""`blemore identify`, and training with features standardised within the persons that it found."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from tests.integration.conftest import TINY, Answer, Attempt
from tests.real_data import HICMAE

from blemore_cli.data.example.design import design_clips
from blemore_cli.data.index.group_standardisation import within_groups

PERSON = [*TINY, "--set", "train.standardize=person"]
N_TEST = 34


@pytest.fixture(scope="module")
def spoken(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny project with an encoder of identity among its features; its test clips are anonymous."""
    folder = tmp_path_factory.mktemp("spoken") / "project"
    shutil.copytree(tiny, folder, ignore=shutil.ignore_patterns("runs"))
    clips = design_clips(174, seed=0)
    actors, seen = np.unique(clips["video_id"], return_inverse=True)
    rng = np.random.default_rng(0)
    speaker = rng.normal(size=(len(actors), 32))[seen] + 0.3 * rng.normal(size=(len(clips), 32))
    names = clips["filename"].to_numpy(dtype=np.str_)
    np.savez(folder / "features/speaker_static_features.npz", X=speaker.astype(np.float32), filenames=names)
    return folder


@pytest.mark.slow
def test_from_anonymous_clips_to_a_submission(spoken: Path, attempt: Attempt, answer: Answer) -> None:
    answer("index", cwd=spoken)
    code, _, stderr = attempt("train", *PERSON, "--name", "early", cwd=spoken)
    assert code == 3
    assert f"{N_TEST} of 174 clips have no person" in stderr
    assert "blemore identify" in stderr
    assert not (spoken / "runs/early").exists()

    found = answer("identify", "--encoder", "speaker", cwd=spoken)
    assert {key: found[key] for key in ("out", "encoder", "n_persons", "n_clips")} == {
        "out": "persons.csv",
        "encoder": "speaker",
        "n_persons": 11,
        "n_clips": N_TEST,
    }
    assert found["ari_train"] > 0.95
    clips = design_clips(174, seed=0)
    persons = pd.read_csv(spoken / "persons.csv").merge(clips[clips["is_test"]], on="filename")
    pairs = persons[["video_id_x", "video_id_y"]].drop_duplicates()
    assert (len(persons), len(pairs)) == (N_TEST, 11)

    before = answer("inspect", "--no-shift", cwd=spoken)["sha256"]
    again = answer("index", "--test-metadata", "persons.csv", cwd=spoken)
    assert again["sha256"] != before  # so runs on the index without persons are not mixed up with runs on this one
    metrics = answer("train", *PERSON, "--fold", "0", "--name", "within", cwd=spoken)
    assert (metrics["transductive"], metrics["standardize"]) == (True, "person")
    code, stdout, _ = attempt("train", *PERSON, "--fold", "0", "--name", "within", "--resume", cwd=spoken)
    assert (code, "transductive: features standardised within each person" in stdout) == (0, True)
    cost = answer("identify", "--encoder", "speaker", "--cost-of", "within", cwd=spoken)
    assert cost == json.loads((spoken / "runs/within/persons/persons.json").read_text())
    assert {row["kind"] for row in cost["results"]} == {"true actors", "found", "merged", "split"}
    assert cost["results"][0]["score"] == metrics["oof"]["score"]
    assert cost["ari_train"] == found["ari_train"]
    answer("report", "--run", "within", "--no-shift", cwd=spoken)
    assert "the training actors are found with an adjusted Rand index of" in (spoken / "report.html").read_text()
    submitted = answer("submit", "--run", "within", "--out", "preds.csv", cwd=spoken)
    assert (submitted["n"], submitted["standardize"], submitted["transductive"]) == (N_TEST, "person", True)


@pytest.mark.slow
def test_arms_are_compared_without_persons_of_the_test_clips(attempt: Attempt, tiny: Path) -> None:
    arm = ["--arm", "within train.standardize=person", "--seeds", "1", "--name", "normed"]
    code, stdout, stderr = attempt("ablate", *TINY, *arm)
    assert code == 0, stderr
    assert "transductive: features standardised within each person (within)" in stdout
    assert "Transductive: features standardised within each person (within)." in (
        tiny / "runs/normed/ablation.tex"
    ).read_text(encoding="utf-8")
    arms = json.loads((tiny / "runs/normed/metrics.json").read_text())["arms"]
    assert [arms[name]["standardize"] for name in ("learned", "within")] == ["split", "person"]
    assert "features standardised within each split: adapted to its unlabelled clips (learned)" in stdout


@pytest.mark.slow
def test_an_encoder_that_does_not_know_persons_is_refused_unless_forced(
    tiny: Path, attempt: Attempt, answer: Answer
) -> None:
    code, _, stderr = attempt("identify", "--encoder", "clip_vit", "--out", "no.csv")
    assert code == 3
    assert "clusters of clip_vit must agree with the training actors" in stderr
    assert not (tiny / "no.csv").exists()
    forced = answer("identify", "--encoder", "clip_vit", "--persons", "5", "--out", "no.csv", "--force")
    assert forced["n_persons"] == pd.read_csv(tiny / "no.csv")["video_id"].nunique() == 5
    assert forced["ari_train"] < 0.8
    code, stdout, _ = attempt("identify", "--encoder", "clip_vit", "--out", "no.csv", "--force")
    assert code == 0
    assert "adjusted Rand index on training actors" in stdout


@pytest.mark.slow
def test_the_challenge_s_own_metadata_are_not_overwritten(tiny: Path, attempt: Attempt) -> None:
    before = (tiny / "test_metadata.csv").read_bytes()
    code, _, stderr = attempt("identify", "--encoder", "clip_vit", "--out", "test_metadata.csv", "--force")
    assert (code, "not overwritten" in stderr) == (2, True)
    assert (tiny / "test_metadata.csv").read_bytes() == before


@pytest.mark.real
def test_emotions_of_unseen_actors_are_told_better_within_persons() -> None:
    """A linear classifier of the 16 emotion sets on one real encoder: share right in the official folds."""
    clips = pd.read_csv(HICMAE / "train_metadata.csv").set_index("filename")
    with np.load(HICMAE / "features/hicmae_kl50_static_features.npz") as source:
        is_train = np.isin(source["filenames"], clips.index)
        features, clips = source["X"][is_train], clips.loc[source["filenames"][is_train]]
    sets = (clips["emotion_1"] + clips["emotion_2"].fillna("")).to_numpy(dtype=np.str_)
    actor, fold = clips["video_id"].to_numpy(dtype=np.str_), clips["fold"].to_numpy()

    def accuracy(matrix: np.ndarray) -> float:
        right = []
        for k in range(5):
            model = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=0.1).fit(matrix[fold != k], sets[fold != k])
            right.append(model.predict(matrix[fold == k]) == sets[fold == k])
        return float(np.concatenate(right).mean())

    assert (
        accuracy(within_groups(features, actor, np.full(len(actor), True), pseudo_count=1)) > accuracy(features) + 0.04
    )
