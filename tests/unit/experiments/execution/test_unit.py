import json
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.fixtures.units import inner_unit

from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import ArtefactError
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.evaluation.scoring.decoder import Decoder
from blemore_cli.experiments.execution.unit import (
    FoldUnit,
    InnerUnit,
    load_epoch_predictions,
    save_epoch_predictions,
    save_fold,
)
from blemore_cli.experiments.runs.tables import LOG
from blemore_cli.model.families import build_network
from blemore_cli.training.checkpoint import Checkpoint, load_checkpoint
from blemore_cli.training.group import EpochPredictions
from blemore_cli.training.scaler import fit_scaler
from blemore_cli.training.spec import TrainingSpec, architecture_of

RECORDS = [{"seed": 3, "fold": 2, "stage": "final", "epoch": 1, "loss": 3.5}]


@pytest.fixture
def inner(tmp_path: Path) -> InnerUnit:
    return inner_unit(tmp_path / "run" / "inner" / "seed3-0+1.safetensors", left_out="0+1", n_epochs=2)


@pytest.fixture
def fold_unit(tmp_path: Path) -> FoldUnit:
    task = TrainingSpec(
        config=Config(),
        seed=3,
        left_out="2",
        train=np.arange(60),
        target=np.empty(0, np.int64),
        target_name="held_out",
        n_epochs=2,
    )
    return FoldUnit("one", task, tmp_path / "run" / "checkpoints" / "seed3-fold2", None, [])


@pytest.fixture
def checkpoint(tiny_table: FeatureTable, quick_config: Config) -> Checkpoint:
    scaler = fit_scaler(tiny_table, np.arange(60), clamp_sd=6.0, reduce="none")
    network = build_network(
        architecture_of(quick_config, scaler, tiny_table.names), generator=torch.Generator().manual_seed(0)
    )
    decoder = Decoder("expected_score", blend_share=0.5, alpha=0.0, beta=0.0)
    return Checkpoint(network, scaler, decoder, tiny_table.names, 2, "held_out", 3, 2, tiny_table.index_sha256)


def watched() -> EpochPredictions:
    rng = np.random.default_rng(0)
    return EpochPredictions(np.array([3.1, 2.9]), rng.dirichlet(np.ones(36), (2, 5)).astype(np.float32))


def test_what_an_inner_training_said_reads_back_exactly(inner: InnerUnit) -> None:
    assert not inner.is_done
    save_epoch_predictions(inner, watched())
    assert inner.is_done
    read = load_epoch_predictions(inner)
    np.testing.assert_array_equal(read.loss, watched().loss)
    np.testing.assert_array_equal(read.prob, watched().prob)
    assert list(inner.path.parent.iterdir()) == [inner.path]


@pytest.mark.parametrize("content", [b"", b"not safetensors", b"\x08\0\0\0\0\0\0\0{}      "])
def test_damaged_inner_predictions_are_named(inner: InnerUnit, content: bytes) -> None:
    inner.path.parent.mkdir(parents=True)
    inner.path.write_bytes(content)
    with pytest.raises(ArtefactError) as caught:
        load_epoch_predictions(inner)
    assert str(inner.path) in caught.value.message
    assert "--resume" in caught.value.fix


def test_missing_inner_predictions_are_named(inner: InnerUnit) -> None:
    with pytest.raises(ArtefactError, match=r"seed3-0\+1"):
        load_epoch_predictions(inner)


def test_a_fold_model_is_on_disk_as_a_whole(fold_unit: FoldUnit, checkpoint: Checkpoint) -> None:
    assert not fold_unit.is_done
    save_fold(fold_unit, checkpoint, RECORDS)
    assert fold_unit.is_done
    assert sorted(path.name for path in fold_unit.path.iterdir()) == [LOG, "model.json", "model.safetensors"]
    assert list(fold_unit.path.parent.iterdir()) == [fold_unit.path]
    assert [json.loads(line) for line in (fold_unit.path / LOG).read_text().splitlines()] == RECORDS
    read = load_checkpoint(fold_unit.path)
    assert (read.fold, read.seed, read.n_epochs, read.target) == (2, 3, 2, "held_out")


def test_a_model_that_cannot_be_written_leaves_nothing(
    fold_unit: FoldUnit, checkpoint: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("blemore_cli.core.files.flush_to_disk", full)
    with pytest.raises(ArtefactError, match="No space left"):
        save_fold(fold_unit, checkpoint, RECORDS)
    assert list(fold_unit.path.parent.iterdir()) == []


def test_the_quicker_of_two_processes_wins(fold_unit: FoldUnit, checkpoint: Checkpoint) -> None:
    save_fold(fold_unit, checkpoint, RECORDS)
    save_fold(fold_unit, checkpoint, [])
    assert json.loads((fold_unit.path / LOG).read_text()) == RECORDS[0]
    assert list(fold_unit.path.parent.iterdir()) == [fold_unit.path]


@pytest.mark.parametrize("kind", ["inner", "fold"])
def test_a_run_folder_that_is_a_file_is_named(
    inner: InnerUnit, fold_unit: FoldUnit, checkpoint: Checkpoint, tmp_path: Path, kind: str
) -> None:
    (tmp_path / "run").write_text("in the way")
    with pytest.raises(ArtefactError, match="run"):
        save_epoch_predictions(inner, watched()) if kind == "inner" else save_fold(fold_unit, checkpoint, RECORDS)
