"""Cross-validation and its units on a small index; the command line's view of them is in integration/test_workflow."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from blemore_cli.core.config import Config, DataConfig, ModelConfig, TrainConfig
from blemore_cli.core.config_file import resolve_paths
from blemore_cli.core.errors import ArtefactError, UsageError
from blemore_cli.core.types import EncoderFeatures
from blemore_cli.data.feature_table import FeatureTable
from blemore_cli.data.index_file import write_index
from blemore_cli.experiments.crossval import check_trainable, cross_validate
from blemore_cli.experiments.inference import submission_labels
from blemore_cli.experiments.run_dir import RunDir, start_run

pytestmark = pytest.mark.slow


@pytest.fixture
def config(tiny_table: FeatureTable, tmp_path: Path) -> Config:
    columns = zip(tiny_table.names, tiny_table.features, tiny_table.present.T, strict=True)
    encoders = [EncoderFeatures(name, x, there, "av", "x.npz", "static", "0" * 64) for name, x, there in columns]
    write_index(tmp_path / "index.h5", tiny_table.clips, encoders)
    train = TrainConfig(max_epochs=2, warmup_epochs=1, jobs=1, device="cpu")
    return resolve_paths(Config(data=DataConfig(), model=ModelConfig(top_n=2), train=train), tmp_path)


def run(config: Config, name: str, folds: tuple[int, ...] = ()) -> RunDir:
    folder = start_run(config.runs, config, kind="train", name=name, resume=True)
    cross_validate(config, folder, folds=folds, progress=lambda *_: None)
    return folder


def test_every_training_clip_is_predicted_once_by_the_model_that_left_it_out(
    config: Config, tiny_table: FeatureTable
) -> None:
    folder = run(config, "all")
    oof, test = pd.read_csv(folder.path / "oof.csv"), pd.read_csv(folder.path / "test.csv")
    fold = dict(zip(tiny_table.clips.filename, tiny_table.clips.fold, strict=True))
    assert oof["filename"].is_unique
    assert len(oof) == 300
    assert (oof["filename"].map(fold) == oof["fold"]).all()
    assert all(sorted(folds) == [0, 1, 2, 3, 4] for _, folds in test.groupby("filename")["fold"])
    labels = submission_labels(folder, config.data.index)
    assert list(labels) == tiny_table.clips.filename[300:].tolist()


def test_metrics_describe_the_run(config: Config) -> None:
    metrics = run(config, "all").metrics()
    assert metrics["protocol"] == "nested"
    assert [fold["fold"] for fold in metrics["folds"]] == [0, 1, 2, 3, 4]
    mean = np.mean([metrics["oof"]["presence"], metrics["oof"]["salience"]])
    assert metrics["oof"]["score"] == pytest.approx(mean)
    assert len(metrics["index_sha256"]) == 64


def test_folds_can_be_added_and_match_a_run_of_all(config: Config) -> None:
    first = run(config, "grown", folds=(3,))
    assert pd.read_csv(first.path / "oof.csv")["fold"].unique().tolist() == [3]
    grown, whole = run(config, "grown"), run(config, "whole")
    for name in ("oof.csv", "test.csv", "gate_oof.csv", "gate_test.csv", "log.jsonl"):
        assert (grown.path / name).read_bytes() == (whole.path / name).read_bytes()


def test_without_test_clips_the_test_tables_are_empty(config: Config, tiny_table: FeatureTable) -> None:
    train = np.flatnonzero(~tiny_table.clips.is_test)
    voice = EncoderFeatures("voice", tiny_table.features[1][train], np.ones(300, bool), "av", "x", "static", "0" * 64)
    write_index(config.data.index, tiny_table.clips.take(train), [voice])
    folder = run(config, "all", folds=(0,))
    assert len(pd.read_csv(folder.path / "oof.csv")) == 60
    assert pd.read_csv(folder.path / "test.csv").empty
    with pytest.raises(ArtefactError, match="test clips"):
        submission_labels(folder, config.data.index)


def test_a_run_that_is_extended_is_unfinished_meanwhile(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = run(config, "grown", folds=(3,))
    (folder.checkpoints / ".left-behind").mkdir()
    monkeypatch.setattr("blemore_cli.experiments.crossval._gather", lambda *_: {})  # stopped before the end
    run(config, "grown", folds=(1,))
    assert not folder.is_finished
    assert not (folder.checkpoints / ".left-behind").exists()
    monkeypatch.undo()
    run(config, "grown", folds=(1,))
    assert [fold["fold"] for fold in folder.metrics()["folds"]] == [1, 3]


def test_log_has_a_line_for_each_epoch(config: Config) -> None:
    records = [
        json.loads(line) for line in (run(config, "all", folds=(0,)).path / "log.jsonl").read_text().splitlines()
    ]
    assert sum(record["stage"].startswith("inner") for record in records) == 4 * 2
    assert all(record["loss"] > 0 for record in records)


def test_an_index_that_changed_is_refused(config: Config, tiny_table: FeatureTable) -> None:
    folder = run(config, "all", folds=(0,))
    encoder = EncoderFeatures("face", tiny_table.features[1], tiny_table.present[:, 1], "av", "x", "static", "1" * 64)
    write_index(config.data.index, tiny_table.clips, [encoder])
    with pytest.raises(ArtefactError, match="fold 0"):
        submission_labels(folder, config.data.index)


def test_what_cannot_be_trained_is_refused_early(config: Config) -> None:
    with pytest.raises(UsageError, match="got 9"):
        check_trainable(config, [9])
    with pytest.raises(ArtefactError, match="nope"):
        check_trainable(config.model_copy(update={"model": ModelConfig(encoders=["nope"])}))
    config.data.index.unlink()
    with pytest.raises(ArtefactError, match="index"):
        check_trainable(config)
