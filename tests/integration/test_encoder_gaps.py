"""Encoders with gaps under `--missing mask`: every command works, and what is not used is named."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.integration.conftest import Blemore, parsed

from blemore_cli.core.labels import LABELS, N_LABELS, SALIENCE
from blemore_cli.core.types import Bools, Ints
from blemore_cli.data.metadata.label_columns import LABEL_COLUMNS

pytestmark = pytest.mark.slow

N_TRAIN, N_TEST, N_ACTORS, N_FOLDS = 40, 7, 10, 5
ROW = np.arange(N_TRAIN + N_TEST)
ACTOR = np.where(ROW < N_TRAIN, ROW % N_ACTORS, -1)
FOLD = np.where(ROW < N_TRAIN, ROW % N_FOLDS, -1)
LABEL = np.random.default_rng(0).integers(0, N_LABELS, len(ROW))
NAMES = np.array([f"{'clip' if row < N_TRAIN else 'test'}_{row:03d}" for row in ROW])
SMALL = {"train.max_epochs": 2, "train.warmup_epochs": 1, "train.jobs": 1, "model.d_latent": 4, "model.d_gate": 4}
FAST = [word for key, value in SMALL.items() for word in ("--set", f"{key}={value}")]
WEIGHTED = ("--set", "model.fusion=weighted")

Holes = Mapping[str, Bools]
"""The clips (N,) that an encoder has, by its name; `face` and `voice` have the rest."""

GAPS: dict[str, tuple[Holes, tuple[str, ...]]] = {
    "no clip of a fold": ({"voice": FOLD != 1}, ("voice is not used for fold 1: none of its clips has it",)),
    "no test clip": ({"voice": FOLD >= 0}, ("voice is not used for the test clips: none of them has it",)),
    "no training clip": ({"voice": FOLD < 0}, ("voice is not used: no training clip has it",)),
    "one clip": (
        {"voice": ROW == 7},
        (
            "voice is not used for folds 0, 1, 3, 4: none of its clips has it",
            "voice is not used for fold 2: no clip of another fold has it",
            "voice is not used for the test clips: none of them has it",
        ),
    ),
    "no clip of an actor": ({"voice": ACTOR != 3}, ()),
    "two folds and the test clips": (
        {"voice": np.isin(FOLD, (1, 2, -1))},
        ("voice is not used for folds 0, 3, 4: none of its clips has it",),
    ),
    "each a fold of its own": (
        {"face": FOLD != 1, "voice": FOLD == 1},
        ("8 clips of fold 1 are predicted without features, as training clips lack their encoders: clip_001, ",),
    ),
    "test clips apart": (
        {"face": FOLD >= 0, "voice": FOLD < 0},
        ("7 test clips are predicted without features, as training clips lack their encoders: test_040, ",),
    ),
}


def write_project(folder: Path, holes: Holes, names: tuple[str, ...] = ("face", "voice")) -> None:
    """Metadata, and one npz an encoder that carries the labels of the clips that it has."""
    draws = np.random.default_rng(1)
    for name in names:
        features = 3 * SALIENCE[LABEL] @ draws.normal(size=(6, 5)) + draws.normal(size=(len(ROW), 5))
        rows = holes.get(name, ROW >= 0)
        np.savez(folder / f"{name}_static_features.npz", X=features[rows].astype(np.float32), filenames=NAMES[rows])
    codes = [LABELS[label].code.split("_") for label in LABEL[:N_TRAIN]]
    cells = [[0, code[0], "", "", ""] if len(code) == 1 else [1, *code] for code in codes]
    table = pd.DataFrame(cells, columns=LABEL_COLUMNS)
    table.insert(0, "filename", NAMES[:N_TRAIN])
    table.assign(video_id=[f"A{each}" for each in ACTOR[:N_TRAIN]], fold=FOLD[:N_TRAIN]).to_csv(
        folder / "train.csv", index=False
    )
    pd.DataFrame({"filename": NAMES[N_TRAIN:]}).to_csv(folder / "test.csv", index=False)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, blemore: Blemore) -> Callable[..., Path]:
    """Writes a project of encoders with gaps and indexes it, once for each choice of gaps; runs have names."""
    made: dict[str, Path] = {}

    def make(holes: Holes, names: tuple[str, ...] = ("face", "voice")) -> Path:
        key = repr((names, {name: rows.tolist() for name, rows in holes.items()}))
        if key not in made:
            folder = tmp_path_factory.mktemp("gaps")
            write_project(folder, holes, names)
            metadata = ("--train-metadata", "train.csv", "--test-metadata", "test.csv")
            assert blemore("init", ".", "--features", ".", *metadata, cwd=folder).returncode == 0
            parsed(blemore("index", "--missing", "mask", "--json", cwd=folder))
            made[key] = folder
        return made[key]

    return make


def distributions_of(path: Path) -> tuple[list[str], Any]:
    table = pd.read_csv(path)
    return table["filename"].tolist(), table.filter(regex="^p_").to_numpy()


def holds_only_figures(content: Any) -> bool:
    return "NaN" not in json.dumps(content)


@pytest.mark.parametrize("gap", GAPS)
def test_a_run_names_what_it_does_without_and_predicts_every_clip(
    gap: str, project: Callable[..., Path], blemore: Blemore
) -> None:
    holes, expected = GAPS[gap]
    folder = project(holes)
    done = blemore("train", "--top-n", "1", "--name", "first", "--json", *FAST, cwd=folder)
    metrics = parsed(done)
    for note in expected:
        assert note in done.stderr
        assert any(note in gap_note for gap_note in metrics["gaps"])
    assert expected or "gaps" not in metrics
    for name, clips in (("oof.csv", NAMES[:N_TRAIN]), ("test.csv", np.repeat(NAMES[N_TRAIN:], N_FOLDS))):
        filenames, prob = distributions_of(folder / "runs" / "first" / name)
        assert sorted(filenames) == sorted(clips)
        np.testing.assert_allclose(prob.sum(axis=1), 1, rtol=1e-4)
    assert parsed(blemore("submit", "--out", "preds.csv", "--json", cwd=folder))["n"] == N_TEST
    assert holds_only_figures(parsed(blemore("explain", "--json", cwd=folder)))
    parsed(blemore("report", "--out", "page.html", "--json", cwd=folder))
    page = (folder / "page.html").read_text(encoding="utf-8")
    assert all(f"{note[0].upper()}{note[1:]}"[:40] in page for note in metrics.get("gaps", ()))


def test_a_shift_that_cannot_be_measured_is_unknown(project: Callable[..., Path], blemore: Blemore) -> None:
    folder = project({"voice": (FOLD != 1) & (FOLD >= 0)})
    content = parsed(blemore("inspect", "--json", cwd=folder))
    assert content["notes"][-1] == "encoder voice is not used for the test clips: none of them has it"
    shift = content["shift"]
    assert shift["voice"] == {"auc": None, "null_low": None, "null_high": None, "verdict": "unknown: too few clips"}
    assert shift["face"]["auc"] is not None
    parsed(blemore("train", "--name", "first", "--json", *FAST, cwd=folder))
    kept = json.loads((folder / "runs" / "first" / "shift.json").read_text(encoding="utf-8"))
    assert set(kept["voice"]) == {"test", "0", "1", "2", "3", "4"}
    assert kept["voice"]["test"]["auc"] is None
    assert kept["voice"]["1"]["auc"] is None
    assert kept["voice"]["2"]["auc"] is not None


SETTINGS: dict[str, dict[str, Any]] = {
    "learned number": {"model.top_n": "auto", "adapt.shift": "downweight"},
    "random, coral": {"model.selection": "random", "model.top_n": 1, "adapt.method": "coral"},
    "fixed, mmd, reduced": {"model.selection": "fixed", "adapt.method": "mmd", "model.reduce": "pca:3"},
    "full, dann, rank": {"model.selection": "full", "adapt.method": "dann", "model.fusion": "rank"},
    "mean, concat, mixture": {"model.selection": "mean", "model.fusion": "concat", "model.heads": "mixture"},
    "no rule, global": {"adapt.shift": "none", "train.standardize": "global", "model.heads": "softmax_labels"},
    "official": {"train.protocol": "official", "decode.method": "thresholds", "model.heads": "softmax_emotions"},
}
SIX = ("face", "voice", "hubert", "wavlm", "body", "gaze")
SIX_HOLES = {
    "voice": FOLD != 1,
    "hubert": FOLD >= 0,
    "wavlm": FOLD < 0,
    "body": ROW == 7,
    "gaze": ACTOR != 3,
    "face": ROW != 8,
}


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize(
    ("holes", "names"),
    [(GAPS["each a fold of its own"][0], ("face", "voice")), (SIX_HOLES, SIX)],
    ids=["two encoders", "six encoders"],
)
def test_every_setting_trains_on_encoders_with_gaps(
    setting: str, holes: Holes, names: tuple[str, ...], project: Callable[..., Path], blemore: Blemore
) -> None:
    folder = project(holes, names=names)
    words = [word for key, value in SETTINGS[setting].items() for word in ("--set", f"{key}={value}")]
    run = f"setting-{list(SETTINGS).index(setting)}"
    parsed(blemore("train", "--name", run, "--fold", "1", "--json", *FAST, *WEIGHTED, *words, cwd=folder))
    _, prob = distributions_of(folder / "runs" / run / "oof.csv")
    assert prob.shape == (int((FOLD == 1).sum()), N_LABELS)
    np.testing.assert_allclose(prob.sum(axis=1), 1, rtol=1e-4)
    parsed(blemore("submit", "--out", f"{run}.csv", "--json", cwd=folder))


def used(folder: Path, table: str) -> Callable[[str], Ints]:
    weights = pd.read_csv(folder / table)
    return lambda name: weights.loc[weights[name] > 0, "fold"].unique()


def test_an_encoder_is_never_read_by_a_model_that_was_not_trained_with_it(
    project: Callable[..., Path], blemore: Blemore
) -> None:
    folder = project({"voice": np.isin(FOLD, (1, -1))})
    words = ("--set", "model.selection=full", "--name", "first", "--json")
    parsed(blemore("train", *words, *FAST, cwd=folder))
    assert 1 not in used(folder / "runs" / "first", "gate_test.csv")("voice")
    assert set(used(folder / "runs" / "first", "gate_test.csv")("voice")) == {0, 2, 3, 4}
    assert not len(used(folder / "runs" / "first", "gate_oof.csv")("voice"))


def test_cross_validation_ablations_and_baselines_work_with_gaps(
    project: Callable[..., Path], blemore: Blemore
) -> None:
    folder = project({"voice": FOLD != 1})
    run = (*FAST, *WEIGHTED, "--seeds", "1", "--json", "--name")
    assert len(parsed(blemore("cv", *run, "cv", cwd=folder))["gaps"]) == 1
    arms = parsed(blemore("ablate", *run, "arms", "--top-n", "1", "--selection", "random", cwd=folder))["arms"]
    assert list(arms) == ["learned", "random"]
    done = blemore("baseline", *run, "alone", "--model", "logistic", cwd=folder)
    assert list(parsed(done)["arms"]) == ["learned", "logistic-face"]
    assert "encoder voice has no baseline alone: it lacks 8 training clips" in done.stderr
    concat = ("concat", "--fusion", "concat", "--model", "logistic")
    assert list(parsed(blemore("baseline", *run, *concat, cwd=folder))["arms"]) == ["learned", "logistic-concat"]


def test_persons_are_identified_by_an_encoder_without_training_clips_or_it_is_said(
    project: Callable[..., Path], blemore: Blemore
) -> None:
    folder = project({"voice": FOLD < 0, "face": FOLD >= 0})
    done = blemore("identify", "--encoder", "face", cwd=folder)
    assert done.returncode == 3
    assert "face lacks test_040" in done.stderr
    done = blemore("identify", "--encoder", "voice", "--persons", "2", cwd=folder)
    assert done.returncode == 3
    assert "training clips of two known actors are missing" in done.stderr
    done = blemore("identify", "--encoder", "voice", "--persons", "2", "--force", "--json", cwd=folder)
    assert parsed(done)["ari_train"] is None
