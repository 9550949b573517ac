"""Tables and figures of arms, from small networks trained for a moment."""

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from blemore_cli.core.config.file import with_changes
from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import ArtefactError, DataError
from blemore_cli.core.labels import IS_BLEND, LABELS, PROBABILITY_COLUMNS
from blemore_cli.core.parallel.engines import new_engine
from blemore_cli.data.index.feature_table import load_table
from blemore_cli.data.index.file import read_index
from blemore_cli.evaluation.scoring.decoder import fit_decoder
from blemore_cli.evaluation.scoring.decoding import decode_expected_score
from blemore_cli.evaluation.scoring.metrics import official_scores
from blemore_cli.experiments.execution.collect_results import ArmPredictions, collect_results, split_description
from blemore_cli.experiments.execution.plan import Arm, fold_paths
from blemore_cli.experiments.execution.scheduler import Scheduler
from blemore_cli.experiments.inference import fold_models
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.experiments.runs.metrics import read_metrics
from blemore_cli.experiments.runs.tables import LOG
from blemore_cli.training.checkpoint import Checkpoint
from blemore_cli.training.predict import NetworkPredictions

pytestmark = pytest.mark.slow

Train = Callable[..., Arm]


@pytest.fixture
def trained(project: Config) -> Train:
    """Trains an arm and says which."""

    def train(seeds: tuple[int, ...] = (0,), folds: tuple[int, ...] = (0, 1), **changes: Any) -> Arm:
        config = with_changes(project, {key.replace("__", "."): value for key, value in changes.items()})
        arm = Arm("one", config, RunFolder(project.runs / "one"), seeds, folds)
        index = read_index(config.data.index)
        with new_engine(1) as engine:
            scheduler = Scheduler(index, [arm], engine, slots=2, progress=lambda *_: None)
            for _, failures in scheduler.waves():
                assert failures == []
        return arm

    return train


def results_of(arm: Arm) -> ArmPredictions:
    return collect_results(arm, index=read_index(arm.config.data.index), slots=2)


def codes(frame: pd.DataFrame) -> list[str]:
    """The labels of a table, as the columns say them."""
    by_columns = {
        (*each.emotions, *([] if not each.is_blend else map(float, each.saliences_pct))): each.code for each in LABELS
    }
    columns = ["emotion_1", "emotion_2", "emotion_1_salience", "emotion_2_salience"]
    return [by_columns[tuple(value for value in row if pd.notna(value))] for row in frame[columns].to_numpy()]


def test_a_damaged_log_is_named_with_its_folder(trained: Train) -> None:
    arm = trained(folds=(0,))
    log = next(iter(fold_paths(arm))) / LOG
    log.write_bytes(log.read_bytes() + b"\xff\n")
    with pytest.raises(ArtefactError, match=r"log.jsonl must be UTF-8 text") as caught:
        results_of(arm)
    assert caught.value.fix == f"Delete the folder {log.parent}, then --resume."


def test_figures_are_those_of_the_tables(trained: Train) -> None:
    arm = trained(seeds=(0, 1))
    gathered = results_of(arm)
    oof = pd.read_csv(arm.run.path / "oof.csv")
    clips = read_index(arm.config.data.index).clips
    truth = {name: LABELS[label] for name, label in zip(clips.filename, clips.label, strict=True) if label >= 0}
    by_code = {label.code: label for label in LABELS}
    scores = []
    for _, own in oof.groupby("seed"):
        true = [truth[name] for name in own["filename"]]
        said = [by_code[code] for code in codes(own)]
        presence = np.mean([a.emotions == b.emotions for a, b in zip(true, said, strict=True)])
        salience = np.mean([a == b for a, b in zip(true, said, strict=True) if a.is_blend])
        scores.append((presence + salience) / 2)
    metrics = gathered.metrics.as_json()
    assert metrics == read_metrics(arm.run).as_json()
    assert metrics["oof"]["score"] == pytest.approx(np.mean(scores))
    assert metrics["oof"]["std"] == pytest.approx(np.std(scores, ddof=1))
    low, high = metrics["oof"]["ci95"]
    assert 0 <= low <= metrics["oof"]["score"] <= high <= 1
    assert (metrics["n_clips"], metrics["n_actors"], metrics["seeds"]) == (120, 6, [0, 1])
    assert [len(fold["n_epochs"]) for fold in metrics["folds"]] == [2, 2]
    assert sum(label["n"] for label in metrics["labels"]) == sum(actor["n"] for actor in metrics["actors"]) == 120
    assert gathered.predicted.shape == (2, 120)
    assert gathered.clips.filename.tolist() == oof["filename"].drop_duplicates().sort_values().tolist()


def test_one_seed_has_no_spread(trained: Train) -> None:
    metrics = results_of(trained()).metrics.as_json()
    assert metrics["oof"]["std"] is None
    assert "averaged" not in metrics


@pytest.mark.parametrize("method", ["expected_score", "thresholds"])
def test_averaged_figures_are_of_the_mean_of_the_tables(trained: Train, method: str) -> None:
    arm = trained(seeds=(0, 1, 2), decode__method=method)
    found = results_of(arm).metrics.as_json()["averaged"]
    mean = pd.read_csv(arm.run.path / "oof.csv").groupby("filename")[list(PROBABILITY_COLUMNS)].mean().sort_index()
    clips = read_index(arm.config.data.index).clips
    clips = clips.take(np.isin(clips.filename, mean.index))
    prob, predicted = mean.to_numpy(), np.empty(len(mean), dtype=np.int64)
    for fold in (0, 1):
        own = clips.fold == fold
        if method == "thresholds":
            decoder = fit_decoder(clips.label[~own], prob[~own], method="thresholds")
            predicted[own] = decoder.labels(prob[own])
        else:  # the share of blends of all folds but this one
            others = read_index(arm.config.data.index).clips
            label = others.label[~others.is_test & (others.fold != fold)]
            predicted[own] = decode_expected_score(prob[own], blend_share=float(IS_BLEND[label].mean()))
    expected = official_scores(clips.label, predicted)
    assert found == {**asdict(expected), "ci95": found["ci95"]}
    assert found["ci95"][0] <= found["score"] <= found["ci95"][1]


def test_thresholds_of_one_fold_alone_could_only_be_chosen_on_it(trained: Train) -> None:
    assert (
        "averaged" not in results_of(trained(seeds=(0, 1), folds=(0,), decode__method="thresholds")).metrics.as_json()
    )


def test_the_average_of_equal_seeds_is_each_of_them(trained: Train) -> None:
    metrics = results_of(
        trained(seeds=(0, 1), model__family="logistic", model__heads="softmax_labels")
    ).metrics.as_json()
    for figure in ("presence", "salience", "score", "ci95"):
        assert metrics["averaged"][figure] == pytest.approx(metrics["oof"][figure])


def test_the_settings_that_read_other_clips_are_named(trained: Train) -> None:
    metrics = results_of(trained(decode__match_prior="split")).metrics.as_json()
    assert {key: metrics[key] for key in ("standardize", "match_prior", "transductive")} == {
        "standardize": "split",
        "match_prior": "split",
        "transductive": True,
    }


def test_tables_have_a_row_for_each_clip_and_model(trained: Train) -> None:
    arm = trained()
    results_of(arm)
    tables = {name: pd.read_csv(arm.run.path / f"{name}.csv") for name in ("oof", "gate_oof", "test", "gate_test")}
    assert {name: len(table) for name, table in tables.items()} == {
        "oof": 120,
        "gate_oof": 120,
        "test": 40,
        "gate_test": 40,
    }
    np.testing.assert_allclose(tables["oof"][list(PROBABILITY_COLUMNS)].sum(axis=1), 1)
    weights = tables["gate_oof"][["face", "noise", "voice"]]
    np.testing.assert_allclose(weights.sum(axis=1), 1, atol=1e-6)
    assert (weights > 0).sum(axis=1).max() <= 2
    assert arm.run.is_finished
    assert not arm.run.inner.exists()


def test_an_arm_of_an_ablation_leaves_the_test_clips_alone(trained: Train) -> None:
    arm = replace(trained(), predicts_test=False)
    results_of(arm)
    assert not (arm.run.path / "test.csv").exists()
    assert (arm.run.path / "oof.csv").exists()


def test_models_of_other_seeds_and_folds_are_left_out(trained: Train) -> None:
    arm = trained(seeds=(0, 1))
    alone = replace(arm, seeds=(1,), folds=(1,))
    metrics = results_of(alone).metrics.as_json()
    assert (metrics["seeds"], [fold["fold"] for fold in metrics["folds"]]) == ([1], [1])
    for name in ("oof.csv", "test.csv"):
        table = pd.read_csv(arm.run.path / name)
        assert (set(table["seed"]), set(table["fold"])) == ({1}, {1})
    log = pd.read_json(arm.run.path / "log.jsonl", lines=True)
    assert (set(log["seed"]), set(log["fold"])) == ({1}, {1})


def test_a_closed_form_stands_for_every_seed(trained: Train) -> None:
    arm = trained(seeds=(0, 1, 2), model__family="frequent_blend", model__heads="softmax_labels")
    gathered = results_of(arm)
    assert gathered.predicted.shape == (3, 120)
    assert (gathered.predicted == gathered.predicted[0]).all()
    assert gathered.metrics.as_json()["oof"]["std"] == 0
    assert gathered.metrics.as_json()["seeds"] == [0, 1, 2]
    assert len(pd.read_csv(arm.run.path / "oof.csv")) == 120


def test_adapted_models_predict_what_they_are_adapted_to(trained: Train) -> None:
    arm = trained(folds=(0,), adapt__method="coral", adapt__weight=50.0, adapt__warmup_epochs=0)
    results_of(arm)
    log = pd.read_json(arm.run.path / "log.jsonl", lines=True)
    stages = log["stage"].value_counts()
    assert (stages.filter(like="inner") == 2).all()  # each epoch once, though there are two models
    assert set(stages.index) - set(stages.filter(like="inner").index) == {"final", "final test"}
    test = pd.read_csv(arm.run.path / "test.csv")
    assert len(test) == 20
    unadapted = [path for path in fold_paths(arm) if not path.name.endswith("-test")]
    table = load_table(read_index(arm.config.data.index))
    said, _, _ = fold_models.predict_test_clips(fold_models.load_models(unadapted, table), table)
    assert not np.allclose(said.prob, test[list(PROBABILITY_COLUMNS)])


def test_a_missing_model_is_named(trained: Train) -> None:
    arm = trained(folds=(0,))
    with pytest.raises(ArtefactError, match="seed0-fold3"):
        results_of(replace(arm, folds=(0, 3)))
    assert not arm.run.is_finished


def test_a_model_that_diverged_at_its_last_step_is_named(trained: Train, monkeypatch: pytest.MonkeyPatch) -> None:
    arm = trained(folds=(0,))

    def nothing(_: Checkpoint, table: object, rows: np.ndarray) -> NetworkPredictions:
        return NetworkPredictions(np.full((len(rows), 36), np.nan), np.ones((len(rows), 3)))

    monkeypatch.setattr(fold_models, "predict_rows", nothing)
    with pytest.raises(DataError, match="seed 0 without fold 0"):
        results_of(arm)
    assert not (arm.run.path / "oof.csv").exists()


def test_split_is_described_by_fold(project: Config) -> None:
    clips = read_index(project.data.index).clips
    described = [part.as_json() for part in split_description(clips.take(~clips.is_test & (clips.fold < 2)))]
    assert [fold["fold"] for fold in described] == [0, 1]
    assert [fold["n_clips"] for fold in described] == [60, 60]
    assert described[0]["actors"] == ["A0", "A10", "A5"]
    blends = np.isin(clips.label[clips.fold == 1], [i for i, label in enumerate(LABELS) if label.is_blend]).sum()
    assert described[1]["n_blends"] == blends == 60 - described[1]["n_singles"]
