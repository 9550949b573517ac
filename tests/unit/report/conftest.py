"""Two small runs on disk, one of a model and one of two arms, as training writes them but of drawn numbers."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from blemore_cli.core.config import Config
from blemore_cli.core.files import write_json, write_text
from blemore_cli.core.labels import N_LABELS
from blemore_cli.core.types import Clips, EncoderFeatures, Ints, Predictions
from blemore_cli.data.index_file import Index, read_index, write_index
from blemore_cli.evaluation.comparison import Method, Test
from blemore_cli.evaluation.seed_scores import seed_summary
from blemore_cli.experiments.ablation_result import Ablation, ArmResult
from blemore_cli.experiments.evidence import ModelEvidence, RunEvidence, read_run
from blemore_cli.experiments.gather import split_description
from blemore_cli.experiments.run_dir import ARMS, RunDir
from blemore_cli.experiments.start_run import settle_config
from blemore_cli.experiments.tables import write_predictions, write_weights

ENCODERS, SEEDS = ("face", "voice", "noise"), (0, 1)
EXPLAINED = {
    "verdict": "the gate is no better than chance",
    "agreement": {"precision": 0.38, "chance": 0.375, "ci95": [0.31, 0.44]},
    "faithfulness": {
        "n_removed": [0, 1, 2],
        "top_first": [0.25, 0.15, 0.05],
        "bottom_first": [0.25, 0.25, 0.15],
        "random": [0.25, 0.2, 0.1],
    },
    "compute": {"n": [1, 2, 3], "score": [0.2, 0.25, 0.24], "n_computed": [3.0, 3.0, 3.0]},
}


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory, ablation: Ablation) -> Path:
    """Folder of the index and of the runs `one`, explained, and `arms`, whose reference is not the first arm."""
    root = tmp_path_factory.mktemp("report")
    index = write_clips(root / "index.h5")
    one, arms = RunDir(root / "runs" / "one"), RunDir(root / "runs" / "arms")
    write_model(one, index)
    write_text(one.path / "kind", "train\n")
    (one.path / "explain").mkdir()
    write_json(one.path / "explain" / "explain.json", EXPLAINED)
    for stream, arm in enumerate(ablation.arms):
        write_model(RunDir(arms.path / ARMS / arm.name), index, stream=stream)
    write_text(arms.path / "kind", "ablate\n")
    arms.finish(ablation.as_json())
    return root


@pytest.fixture(scope="session")
def index(written: Path) -> Index:
    """Every label twice by each of six actors in three folds, and two test clips."""
    return read_index(written / "index.h5")


@pytest.fixture
def run(written: Path, tmp_path: Path) -> RunDir:
    """A finished run of one model, explained, to be damaged at will."""
    return RunDir(Path(shutil.copytree(written / "runs/one", tmp_path / "runs/one")))


@pytest.fixture
def compared(written: Path, tmp_path: Path) -> RunDir:
    """A finished run of two arms, to be damaged at will."""
    return RunDir(Path(shutil.copytree(written / "runs/arms", tmp_path / "runs/arms")))


@pytest.fixture(scope="session")
def evidence(written: Path, index: Index) -> RunEvidence:
    return read_run(RunDir(written / "runs/one"), index)


@pytest.fixture(scope="session")
def arms(written: Path, index: Index) -> RunEvidence:
    return read_run(RunDir(written / "runs/arms"), index)


@pytest.fixture(scope="session")
def model(evidence: RunEvidence) -> ModelEvidence:
    return evidence.main


@pytest.fixture(scope="session")
def ablation() -> Ablation:
    """Random selection is worse by actors; a third arm failed."""
    arms = (
        ArmResult("random", {"model.selection": "random"}, 0.3, 0.1, 0.2, 0.01, (0.18, 0.22), 2),
        ArmResult("learned", {}, 0.34, 0.14, 0.24, 0.01, (0.22, 0.26), 2),
    )
    tests = tuple(compared_with(method) for method in ("actor_bootstrap", "nadeau_bengio"))
    sentences = ("random is worse than learned.",)
    return Ablation("arms", "learned", "nested", 432, 6, 3, SEEDS, arms, tests, sentences, {"dann": "NaN & <b>"})


def compared_with(method: Method) -> Test:
    p_value = 0.002 if method == "actor_bootstrap" else 0.31
    return Test("random", "learned", "score", -0.04, (-0.06, -0.02), p_value, 2 * p_value, method, 0.3, "")


def write_clips(path: Path) -> Index:
    """Writes the index, in which encoders are one number a clip."""
    n = 12 * N_LABELS
    actor = np.arange(n) // N_LABELS % 6
    clips = Clips(
        filename=np.array([f"clip_{i:03d}" for i in range(n + 2)]),
        actor=np.array([f"A{i}" for i in actor] + ["", ""]),
        is_test=np.arange(n + 2) >= n,
        fold=np.concatenate([actor % 3, [-1, -1]]),
        label=np.concatenate([np.arange(n) % N_LABELS, [-1, -1]]),
    )
    x, there = np.zeros((n + 2, 1), dtype=np.float32), np.ones(n + 2, dtype=bool)
    write_index(path, clips, [EncoderFeatures(each, x, there, "av", "x.npz", "static", "0" * 64) for each in ENCODERS])
    return read_index(path)


def write_model(run: RunDir, index: Index, *, stream: int = 7) -> None:
    """Writes a model's artefacts; the rows of its tables are in no order."""
    run.path.mkdir(parents=True)
    rng = np.random.default_rng(stream)
    clips = index.clips.take(index.clips.label >= 0)
    label = _predicted(clips.label, rng)
    prob = 0.7 * rng.dirichlet(np.full(N_LABELS, 0.3), label.shape) + 0.3 * np.eye(N_LABELS)[label]
    weights = rng.dirichlet([3.0, 2.0, 1.0], label.shape)
    weights[weights == weights.min(axis=-1, keepdims=True)] = 0
    order = rng.permutation(label.size)
    oof = Predictions(
        np.tile(clips.filename, len(SEEDS))[order],
        np.tile(clips.fold, len(SEEDS))[order],
        np.repeat(SEEDS, len(clips))[order],
        prob.reshape(-1, N_LABELS)[order],
        label.ravel()[order],
    )
    write_predictions(run.path / "oof.csv", oof)
    flat = (weights / weights.sum(axis=-1, keepdims=True)).reshape(-1, len(ENCODERS))
    write_weights(run.path / "gate_oof.csv", oof, flat[order], ENCODERS)
    settle_config(run, Config())
    write_text(run.path / "log.jsonl", "".join(json.dumps(each) + "\n" for each in _log()))
    run.finish(_metrics(index, clips, label))


def _predicted(label: Ints, rng: np.random.Generator) -> Ints:
    """(S, N) labels: mostly right, then of the right pair, then any."""
    labels = np.tile(label, (len(SEEDS), 1))
    shifted = labels - (labels - 6) % 3 + rng.integers(0, 3, labels.shape)
    kind, anything = rng.random(labels.shape), rng.integers(0, N_LABELS, labels.shape)
    return np.where(kind < 0.4, labels, np.where((kind < 0.6) & (labels >= 6), shifted, anything))


def _log() -> list[dict[str, Any]]:
    """The losses of two inner trainings of three epochs, whose mean is lowest after the second."""
    losses = {0: [(3.0, 3.2), (2.5, 2.8), (2.0, 3.0)], 1: [(3.2, 3.4), (2.7, 3.0), (2.2, 3.3)]}
    return [
        {"seed": seed, "fold": 1, "stage": "inner 0+1", "epoch": epoch, "loss": loss, "held_out_loss": held_out}
        for seed, own in losses.items()
        for epoch, (loss, held_out) in enumerate(own, 1)
    ]


def _metrics(index: Index, clips: Clips, label: Ints) -> dict[str, Any]:
    summary = seed_summary(clips, label)
    assert summary.std is not None
    mean = summary.mean
    interval = [mean.score - 0.03, mean.score + 0.03]
    return {
        "protocol": "nested",
        "oof": {**vars(mean), "std": summary.std.score, "ci95": interval},
        "folds": [{**vars(fold), "n_epochs": [2, 4]} for fold in summary.folds],
        "seeds": list(SEEDS),
        "n_clips": len(clips),
        "n_actors": 6,
        "split": split_description(clips),
        "encoders": list(ENCODERS),
        "index_sha256": index.sha256,
        "versions": {"blemore": "1.0"},
    }
