"""Cross-validation on a small index; the command line's view of it is in cli/commands/test_training_commands."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from blemore_cli.core.config.file import with_changes
from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import ArtefactError, DataError
from blemore_cli.core.labels import PROBABILITY_COLUMNS
from blemore_cli.core.parallel import engine
from blemore_cli.core.types import EncoderFeatures
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.data.index.file import Index, write_index
from blemore_cli.evaluation.scoring.decoder import Decoder
from blemore_cli.experiments import crossval
from blemore_cli.experiments.crossval import cross_validate
from blemore_cli.experiments.execution import scheduler
from blemore_cli.experiments.execution.stack_plan import stacks
from blemore_cli.experiments.execution.unit import Unit
from blemore_cli.experiments.inference.submission import submission_labels
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.experiments.runs.metrics import read_metrics
from blemore_cli.experiments.runs.start import note_device, start_run

pytestmark = pytest.mark.slow  # it trains, if tiny networks

TABLES = ("oof.csv", "test.csv", "gate_oof.csv", "gate_test.csv")


def metrics_of(folder: RunFolder) -> dict[str, Any]:
    return read_metrics(folder).as_json()


def run(config: Config, name: str, folds: Sequence[int] = (), seeds: Sequence[int] = (0,)) -> RunFolder:
    folder = start_run(config.runs, config, kind="train", name=name, resume=True)
    cross_validate(config, folder, seeds=seeds, folds=folds, progress=lambda *_: None)
    return folder


def check_same(grown: RunFolder, whole: RunFolder) -> None:
    """Equal but for rounding: a run that grows stacks other models together than one that is planned as a whole."""
    for name in TABLES:
        left, right = (pd.read_csv(each.path / name) for each in (grown, whole))
        pd.testing.assert_frame_equal(left, right, rtol=0, atol=1e-4)
    left, right = (pd.read_json(each.path / "log.jsonl", lines=True) for each in (grown, whole))
    pd.testing.assert_frame_equal(left, right, rtol=0, atol=1e-4)


def test_every_training_clip_is_predicted_once_by_the_model_that_left_it_out(
    project: Config, tiny_table: FeatureTable
) -> None:
    folder = run(project, "all")
    oof, test = pd.read_csv(folder.path / "oof.csv"), pd.read_csv(folder.path / "test.csv")
    fold = dict(zip(tiny_table.clips.filename, tiny_table.clips.fold, strict=True))
    assert oof["filename"].is_unique
    assert len(oof) == 300
    assert (oof["filename"].map(fold) == oof["fold"]).all()
    assert all(sorted(folds) == [0, 1, 2, 3, 4] for _, folds in test.groupby("filename")["fold"])
    labels = submission_labels(folder, project.data.index)
    assert list(labels) == tiny_table.clips.filename[300:].tolist()


def test_metrics_describe_the_run(project: Config) -> None:
    metrics = metrics_of(run(project, "all"))
    assert metrics["protocol"] == "nested"
    assert [fold["fold"] for fold in metrics["folds"]] == [0, 1, 2, 3, 4]
    mean = np.mean([metrics["oof"]["presence"], metrics["oof"]["salience"]])
    assert metrics["oof"]["score"] == pytest.approx(mean)
    assert len(metrics["index_sha256"]) == 64


def test_folds_can_be_added_and_match_a_run_of_all(project: Config) -> None:
    first = run(project, "grown", folds=(3,))
    assert pd.read_csv(first.path / "oof.csv")["fold"].unique().tolist() == [3]
    grown, whole = run(project, "grown"), run(project, "whole")
    check_same(grown, whole)


def test_without_test_clips_the_test_tables_are_empty(project: Config, tiny_table: FeatureTable) -> None:
    train = np.flatnonzero(~tiny_table.clips.is_test)
    voice = EncoderFeatures("voice", tiny_table.features[1][train], np.ones(300, bool), "av", "x", "static", "0" * 64)
    write_index(project.data.index, tiny_table.clips.take(train), [voice])
    folder = run(project, "all", folds=(0,))
    assert len(pd.read_csv(folder.path / "oof.csv")) == 60
    assert pd.read_csv(folder.path / "test.csv").empty
    with pytest.raises(ArtefactError, match="test clips"):
        submission_labels(folder, project.data.index)


def test_seeds_can_be_added_and_match_a_run_of_all(project: Config) -> None:
    run(project, "grown", folds=(1, 2))
    grown = run(project, "grown", folds=(1, 2), seeds=(0, 1))
    whole = run(project, "whole", folds=(1, 2), seeds=(0, 1))
    check_same(grown, whole)
    assert metrics_of(grown)["seeds"] == [0, 1]


def test_what_was_asked_for_once_stays_counted_in(project: Config) -> None:
    run(project, "grown", folds=(1,), seeds=(0, 1))
    grown = run(project, "grown", folds=(3,))
    metrics = metrics_of(grown)
    assert ([fold["fold"] for fold in metrics["folds"]], metrics["seeds"]) == ([1, 3], [0, 1])
    assert len(pd.read_csv(grown.path / "oof.csv")) == 2 * 120


def test_a_run_keeps_its_device(project: Config, request: pytest.FixtureRequest) -> None:
    automatic = with_changes(project, {"train.device": "auto"})
    on_gpu = run(automatic, "gpu", folds=(0,))
    note_device(on_gpu, "NVIDIA H100")
    on_gpu.mark_finished()
    run(automatic, "gpu", folds=(0,))  # nothing is left to train
    with pytest.raises(ArtefactError, match="keeps its device"):
        run(automatic, "gpu", folds=(1,))
    run(automatic, "cpu", folds=(0,))
    request.getfixturevalue("gpu")
    grown = run(automatic, "cpu", folds=(1,))  # on the GPU it would fail
    assert len(pd.read_csv(grown.path / "oof.csv")) == 120


def test_a_finished_run_is_answered_without_work(project: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = run(project, "all", folds=(0,))
    before = metrics_of(folder)
    monkeypatch.setattr(crossval, "collect_results", None)
    folder.inner.mkdir()
    (folder.inner / "seed0-0+1.safetensors").touch()  # as if killed right after the done marker
    run(project, "all", folds=(0,))
    assert metrics_of(folder) == before
    assert not folder.inner.exists()


@pytest.mark.parametrize("metrics", ["{}", '{"seeds": [0], "folds": []}', '{"seeds": [0, 9], "folds": [{"fold": 0}]}'])
def test_metrics_of_something_else_are_made_again(project: Config, metrics: str) -> None:
    folder = run(project, "all", folds=(0,))
    (folder.path / "metrics.json").write_text(metrics)
    run(project, "all", folds=(0,))
    assert metrics_of(folder)["seeds"] == [0]
    assert [fold["fold"] for fold in metrics_of(folder)["folds"]] == [0]


def test_a_run_that_is_extended_is_unfinished_meanwhile(project: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(_: object, *, index: Index, slots: int) -> None:
        raise KeyboardInterrupt

    folder = run(project, "grown", folds=(3,))
    (folder.checkpoints / ".left-behind").mkdir()
    monkeypatch.setattr(crossval, "collect_results", stopped)
    with pytest.raises(KeyboardInterrupt):
        run(project, "grown", folds=(1,))
    assert not folder.is_finished
    assert not (folder.checkpoints / ".left-behind").exists()
    monkeypatch.undo()
    run(project, "grown", folds=(1,))
    assert [fold["fold"] for fold in metrics_of(folder)["folds"]] == [1, 3]


def test_stacks_are_planned_for_the_cores_of_the_first_start(project: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    def models_on(n_cores: int, name: str) -> dict[str, bytes]:
        monkeypatch.setattr(engine, "n_cores", lambda: n_cores)
        checkpoints = run(project, name, folds=(0, 1)).checkpoints
        return {path.parent.name: path.read_bytes() for path in checkpoints.glob("*/model.safetensors")}

    planned: list[int] = []

    def recorded(units: Sequence[Unit], *, limit: int, slots: int) -> list[tuple[Unit, ...]]:
        planned.append(slots)
        return stacks(units, limit=limit, slots=slots)

    monkeypatch.setattr(scheduler, "stacks", recorded)
    on_one, on_twenty = models_on(1, "resumed"), models_on(20, "twenty")
    assert planned == [1, 1, 20, 20]  # inner trainings and fold models
    assert on_one.keys() == on_twenty.keys()
    folder = RunFolder(project.runs / "resumed")
    (folder.path / "done").unlink()
    shutil.rmtree(folder.checkpoints)
    assert models_on(20, "resumed") == on_one
    assert planned[4:] == [1, 1]
    assert metrics_of(folder)["execution"] == {"slots": 1, "threads": 1}


def test_a_training_that_failed_is_an_error_and_what_is_done_stays(project: Config) -> None:
    with pytest.raises(DataError, match="finite"):
        run(with_changes(project, {"train.learning_rate": 1e30}), "broken", folds=(0,))
    assert not RunFolder(project.runs / "broken").is_finished


@pytest.mark.parametrize("method", ["coral", "mmd", "dann"])
def test_adapted_models_are_trained_for_the_fold_and_for_the_test_clips(project: Config, method: str) -> None:
    config = with_changes(project, {"adapt.method": method})
    folder = run(config, "adapted", folds=(0,))
    assert sorted(path.name for path in folder.checkpoints.iterdir()) == ["seed0-fold0", "seed0-fold0-test"]
    assert len(pd.read_csv(folder.path / "test.csv")) == 20
    assert len(submission_labels(folder, config.data.index)) == 20


def test_without_test_clips_models_are_adapted_to_the_fold_alone(project: Config, tiny_table: FeatureTable) -> None:
    train = np.flatnonzero(~tiny_table.clips.is_test)
    voice = EncoderFeatures("voice", tiny_table.features[1][train], np.ones(300, bool), "av", "x", "static", "0" * 64)
    write_index(project.data.index, tiny_table.clips.take(train), [voice])
    folder = run(with_changes(project, {"adapt.method": "coral"}), "adapted", folds=(0,))
    assert [path.name for path in folder.checkpoints.iterdir()] == ["seed0-fold0"]
    assert pd.read_csv(folder.path / "test.csv").empty


@pytest.mark.parametrize(
    "changes", [{"train.standardize": "split"}, {"train.standardize": "global"}, {"decode.match_prior": "split"}]
)
def test_labels_of_a_held_out_fold_change_no_byte_of_its_predictions(
    project: Config, tiny_table: FeatureTable, changes: dict[str, str]
) -> None:
    """With the official protocol they do: that is what it is for."""
    honest = with_changes(project, changes)
    official = with_changes(project, {"train.protocol": "official", "train.max_epochs": 8, **changes})
    before = {config.train.protocol: run(config, config.train.protocol, folds=(0,)) for config in (honest, official)}
    rng = np.random.default_rng(0)
    label = tiny_table.clips.label.copy()
    own = tiny_table.clips.fold == 0
    label[own] = rng.permutation(label[own])
    columns = zip(tiny_table.names, tiny_table.features, tiny_table.present.T, strict=True)
    encoders = [EncoderFeatures(name, x, there, "av", "x.npz", "static", "0" * 64) for name, x, there in columns]
    write_index(project.data.index, replace(tiny_table.clips, label=label), encoders)
    after = run(honest, "shuffled", folds=(0,))
    for name in ("oof.csv", "test.csv", "gate_oof.csv", "gate_test.csv"):
        assert (after.path / name).read_bytes() == (before["nested"].path / name).read_bytes(), name
    cheated = run(official, "cheated", folds=(0,))
    assert (cheated.path / "oof.csv").read_bytes() != (before["official"].path / "oof.csv").read_bytes()


def test_choosing_on_the_scored_fold_is_optimistic_on_noise(project: Config, tiny_table: FeatureTable) -> None:
    rng = np.random.default_rng(0)
    noise = rng.normal(size=(320, 6)).astype(np.float32)
    encoder = EncoderFeatures("noise", noise, np.ones(320, bool), "av", "x.npz", "static", "0" * 64)
    write_index(project.data.index, tiny_table.clips, [encoder])
    changes = {"train.max_epochs": 6, "train.choose_by": "score", "decode.method": "thresholds"}
    scores = {
        protocol: metrics_of(
            run(with_changes(project, {**changes, "train.protocol": protocol}), protocol, seeds=range(3))
        )
        for protocol in ("nested", "official")
    }
    assert scores["official"]["oof"]["score"] > scores["nested"]["oof"]["score"] + 0.01


def test_log_has_a_line_for_each_epoch(project: Config) -> None:
    records = [
        json.loads(line) for line in (run(project, "all", folds=(0,)).path / "log.jsonl").read_text().splitlines()
    ]
    assert sum(record["stage"].startswith("inner") for record in records) == 4 * 2
    assert all(record["loss"] > 0 for record in records)


def test_an_index_that_changed_is_refused(project: Config, tiny_table: FeatureTable) -> None:
    folder = run(project, "all", folds=(0,))
    encoder = EncoderFeatures("face", tiny_table.features[1], tiny_table.present[:, 1], "av", "x", "static", "1" * 64)
    write_index(project.data.index, tiny_table.clips, [encoder])
    with pytest.raises(ArtefactError, match="fold 0"):
        submission_labels(folder, project.data.index)


def test_a_run_keeps_its_index(project: Config, tiny_table: FeatureTable) -> None:
    folder = run(project, "all", folds=(0,))
    encoder = EncoderFeatures("face", tiny_table.features[1], tiny_table.present[:, 1], "av", "x", "static", "1" * 64)
    write_index(project.data.index, tiny_table.clips, [encoder])
    with pytest.raises(ArtefactError, match="keeps its index"):
        run(project, "all", folds=(1,))
    assert folder.is_finished


def test_label_shares_are_matched_for_scores_tables_and_submissions(project: Config, tiny_table: FeatureTable) -> None:
    """The tiny test split has fewer clips than there are labels, so it stays as it is."""
    plain, matched = (
        run(with_changes(project, {"decode.match_prior": how}), how, folds=(0, 1)) for how in ("none", "split")
    )
    label, fold = tiny_table.clips.label, tiny_table.clips.fold
    oof, before = (pd.read_csv(each.path / "oof.csv") for each in (matched, plain))
    for k in (0, 1):
        share = np.bincount(label[(fold >= 0) & (fold != k)], minlength=36) / 240
        mean = oof.loc[oof["fold"] == k, list(PROBABILITY_COLUMNS)].mean()
        np.testing.assert_allclose(mean, share, atol=1e-6)
    assert not np.allclose(oof[list(PROBABILITY_COLUMNS)], before[list(PROBABILITY_COLUMNS)], atol=1e-3)
    assert (matched.path / "test.csv").read_bytes() == (plain.path / "test.csv").read_bytes()
    assert [metrics_of(each)["match_prior"] for each in (plain, matched)] == ["none", "split"]


@pytest.fixture
def personal(project: Config, tiny_table: FeatureTable) -> Config:
    """The project with features standardised within persons, of whom two are in the test clips."""
    write_named_index(project, tiny_table, tiny_table.clips.label)
    return with_changes(project, {"train.standardize": "person"})


def write_named_index(project: Config, table: FeatureTable, label: np.ndarray) -> None:
    actor = table.clips.actor.astype("<U8")
    actor[300:] = ["P1", "P2"] * 10
    columns = zip(table.names, table.features, table.present.T, strict=True)
    encoders = [EncoderFeatures(name, x, there, "av", "x.npz", "static", "0" * 64) for name, x, there in columns]
    write_index(project.data.index, replace(table.clips, actor=actor, label=label), encoders)


@pytest.mark.parametrize("match_prior", ["none", "person"])
def test_what_is_done_within_persons_never_reads_labels_of_the_held_out_fold(
    personal: Config, tiny_table: FeatureTable, match_prior: str
) -> None:
    """One person in each fold, who has more clips than there are labels."""
    personal = with_changes(personal, {"decode.match_prior": match_prior})
    actor = np.where(tiny_table.clips.is_test, "", tiny_table.clips.fold.astype("<U4"))
    tiny_table = replace(tiny_table, clips=replace(tiny_table.clips, actor=actor))
    write_named_index(personal, tiny_table, tiny_table.clips.label)
    before = run(personal, "before", folds=(0,))
    label = tiny_table.clips.label.copy()
    own = tiny_table.clips.fold == 0
    label[own] = np.random.default_rng(0).permutation(label[own])
    write_named_index(personal, tiny_table, label)
    after = run(personal, "after", folds=(0,))
    for name in ("oof.csv", "test.csv", "gate_oof.csv", "gate_test.csv"):
        assert (after.path / name).read_bytes() == (before.path / name).read_bytes(), name


def test_standardising_within_persons_is_said_and_used_by_every_command(personal: Config) -> None:
    within = run(personal, "within", folds=(0,))
    across = run(with_changes(personal, {"train.standardize": "global"}), "across", folds=(0,))
    assert (metrics_of(within)["transductive"], metrics_of(within)["standardize"]) == (True, "person")
    assert (metrics_of(across)["transductive"], metrics_of(across)["standardize"]) == (False, "global")
    assert (within.path / "oof.csv").read_bytes() != (across.path / "oof.csv").read_bytes()
    test = pd.read_csv(within.path / "test.csv")
    decoder = Decoder(**metrics_of(within)["decoder"])
    expected = decoder.labels(test[list(PROBABILITY_COLUMNS)].to_numpy())
    assert submission_labels(within, personal.data.index) == dict(zip(test["filename"], expected, strict=True))
