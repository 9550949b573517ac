"""The sets of broken views from toy views: what is broken is broken, and hidden persons are hidden."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shifted_view
import six_views

N_OBJECTS = 120


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Twenty persons with six objects of two classes, in six views of three columns."""
    folder, rng = tmp_path / "source", np.random.default_rng(0)
    (folder / "clean").mkdir(parents=True)
    names = [f"D{i:03d}" for i in range(N_OBJECTS)]
    for view in six_views.VIEWS:
        np.savez(folder / "clean" / f"{view}_static_features.npz", X=rng.normal(size=(N_OBJECTS, 3)), filenames=names)
    emotion = np.where(np.arange(N_OBJECTS) % 2, "ang", "sad")
    clips = pd.DataFrame({"filename": names, "video_id": [f"P{i // 6:02d}" for i in range(N_OBJECTS)], "mix": 0})
    clips = clips.assign(emotion_1=emotion, emotion_2="", emotion_1_salience="", emotion_2_salience="", fold=0)
    clips.to_csv(folder / "train_metadata.csv", index=False)
    return folder


@pytest.mark.parametrize("kind", six_views.KINDS)
def test_three_views_of_an_object_are_broken_and_the_others_are_not(source: Path, tmp_path: Path, kind: str) -> None:
    project = tmp_path / kind
    six_views.make(source, kind, 1, project)
    clean = {view: six_views.standardised_view(source, view, _names(source)) for view in six_views.VIEWS}
    sound = pd.read_csv(project / "sound_views.csv").set_index("filename").astype(bool)
    assert (sound.sum(axis=1) == (6 if kind == "clean" else 3)).all()
    for view, expected in clean.items():
        with np.load(project / "features" / f"{view}_static_features.npz") as arrays:
            row = {str(name): x for name, x in zip(arrays["filenames"], arrays["X"], strict=True)}
        for name, z in zip(_names(source), expected, strict=True):
            is_same = name in row and np.allclose(row[name], z, atol=1e-5)
            assert is_same == sound.loc[name, view]


def test_persons_are_hidden_and_precision_is_of_what_is_kept(source: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    six_views.make(source, "swap", 1, project)
    train, test = (pd.read_csv(project / name) for name in ("train_metadata.csv", "test_labels.csv"))
    assert not set(train["video_id"]) & set(test["video_id"])
    assert train.groupby("video_id")["fold"].nunique().eq(1).all()
    sound = pd.read_csv(project / "sound_views.csv")
    (project / "run").mkdir()
    for table in ("oof", "test"):
        sound.to_csv(project / "run" / f"gate_{table}.csv", index=False)
    figures = six_views.judge(project, "run")
    assert figures["test_precision"] == 1
    assert figures["oof_kept"] == 3


def test_a_shifted_view_changes_for_test_objects_alone(source: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    six_views.make(source, "clean", 1, project)
    path = project / "features" / "morph6_static_features.npz"
    before = np.load(path)["X"]
    shifted_view.shift(project, ["morph6"])
    changed = (np.load(path)["X"] != before).any(axis=1)
    test = set(pd.read_csv(project / "test_labels.csv")["filename"])
    assert {name for name, is_changed in zip(_names(source), changed, strict=True) if is_changed} == test


def _names(source: Path) -> "pd.Series[str]":
    return pd.read_csv(source / "train_metadata.csv", dtype=str)["filename"]
