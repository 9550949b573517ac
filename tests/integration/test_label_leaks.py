"""Labels of the fold that is scored move no byte of its predictions, whatever learns: a row for each setting."""

from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

from blemore_cli.core.choices import FailureKind
from blemore_cli.core.config.file import with_changes
from blemore_cli.core.config.schema import Config
from blemore_cli.core.types import Clips, EncoderFeatures, Ints
from blemore_cli.data.index.feature_table import FeatureTable, standardised
from blemore_cli.data.index.file import read_index, write_index
from blemore_cli.experiments.crossval import cross_validate
from blemore_cli.experiments.execution.baseline_arms import RECIPES
from blemore_cli.experiments.explaining.permuted_latents import permuted_model
from blemore_cli.experiments.inference.fold_models import load_models, model_folders
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.experiments.runs.start import start_run
from blemore_cli.experiments.stress.corrupted_table import Condition, raw_table, with_failures
from blemore_cli.experiments.stress.held_out import held_out
from blemore_cli.training import reduction
from blemore_cli.training.wide import wide_encoder

pytestmark = pytest.mark.slow  # it trains, if tiny networks

TABLES = ("oof.csv", "test.csv", "gate_oof.csv", "gate_test.csv")
SCORED = 0
EVIDENCE = {"model.fusion": "evidence"}
BASELINES = {family: {"model.family": family, **recipe} for family, recipe in RECIPES.items()}
LEARNERS: dict[str, dict[str, Any]] = {
    "latents-learned": {"model.top_n": "auto"},
    **{f"latents-{name}": {"model.selection": name} for name in ("random", "fixed", "full", "mean")},
    **{f"evidence-{name}": {**EVIDENCE, "model.selection": name} for name in ("random", "fixed", "full", "mean")},
    **{
        f"evidence-{name}": {**EVIDENCE, "model.selection": name, "model.top_n": "auto"}
        for name in ("learned", "quality", "gate", "neighbours", "greedy")
    },
    **{f"fusion-{name}": {"model.fusion": name} for name in ("rank", "concat")},
    "fusion-transformer": {"model.fusion": "transformer", "model.selection": "mean"},
    "fusion-pool": {"model.fusion": "pool", "model.selection": "full"},
    **{f"adapt-{name}": {"adapt.method": name} for name in ("coral", "mmd", "dann")},
    "adapt-dann-evidence": {**EVIDENCE, "adapt.method": "dann"},
    "heads-labels-thresholds": {"model.heads": "softmax_labels", "decode.method": "thresholds"},
    "heads-emotions-thresholds": {"model.heads": "softmax_emotions", "decode.method": "thresholds"},
    "heads-mixture": {**EVIDENCE, "model.heads": "mixture"},
    "gate-quality": {"model.gate": "quality"},
    "gate-view": {"model.gate_view": ["voice"]},
    "one-stage": {"train.second_stage": False, "train.choose_by": "score", "train.balance": 0.1},
    "reduce-auto": {"model.reduce": "auto"},
    "reduce-pca": {"model.reduce": "pca:4"},
    "match-prior": {"decode.match_prior": "split"},
    **{f"baseline-{family}": {**recipe, "train.max_epochs": 1} for family, recipe in BASELINES.items()},
}


def write(path: Path, table: FeatureTable, label: Ints) -> None:
    columns = zip(table.names, table.features, table.present.T, strict=True)
    encoders = [EncoderFeatures(name, x, there, "av", "x.npz", "static", "0" * 64) for name, x, there in columns]
    write_index(path, replace(table.clips, label=label), encoders)


def small(table: FeatureTable) -> FeatureTable:
    """132 clips of three folds; the last encoder has 140 columns, more than there are training clips."""
    rows = np.r_[0:120, 300:312]
    clips = table.clips.take(rows)
    clips = replace(clips, fold=np.where(clips.is_test, -1, clips.fold % 3))
    features = [matrix[rows] for matrix in table.features]
    features[2] = np.tile(features[2], 28) + np.random.default_rng(0).normal(size=(len(rows), 140)).astype(np.float32)
    return replace(table, features=tuple(features), present=table.present[rows], clips=clips)


def shuffled(clips: Clips) -> Ints:
    label, scored = clips.label.copy(), clips.fold == SCORED
    label[scored] = np.random.default_rng(0).permutation(label[scored])
    assert (label != clips.label).any()
    return label


@pytest.fixture
def twins(quick_config: Config, tiny_table: FeatureTable, tmp_path: Path) -> list[Config]:
    """One small project twice, of three folds: in the second the labels of the scored fold are in another order."""
    table, configs = small(tiny_table), []
    for name, label in (("true", table.clips.label), ("shuffled", shuffled(table.clips))):
        write(tmp_path / f"{name}.h5", table, label)
        places = {"data.index": tmp_path / f"{name}.h5", "runs": tmp_path / name, "train.jobs": 1}
        epochs = {"train.max_epochs": 1, "train.warmup_epochs": 0, "train.batch_size": 32, "adapt.shift": "none"}
        configs.append(with_changes(quick_config, {**places, **epochs}))
    return configs


def trained(config: Config, changes: dict[str, Any]) -> RunFolder:
    changed = with_changes(config, changes)
    run = start_run(changed.runs, changed, kind="train", name="run", resume=False)
    cross_validate(changed, run, seeds=(0,), folds=(SCORED,), progress=lambda *_: None)
    return run


def tables_of(run: RunFolder) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for name in TABLES if (path := run.path / name).is_file()}


@pytest.mark.parametrize("name", LEARNERS)
def test_labels_of_the_scored_fold_move_no_byte_of_its_predictions(
    twins: list[Config], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (reduction, wide_encoder):  # so few clips may judge components of the wide encoder
        monkeypatch.setattr(module, "LEAST_CLIPS", 1)
    before, after = (tables_of(trained(config, LEARNERS[name])) for config in twins)
    assert {"oof.csv", "test.csv"} <= set(before)
    assert before == after


def test_labels_of_a_learned_fold_move_them(twins: list[Config], tiny_table: FeatureTable) -> None:
    """So the bytes above are no constant."""
    config, table = twins[0], small(tiny_table)
    before = tables_of(trained(config, EVIDENCE))
    learned = replace(table.clips, fold=np.where(table.clips.fold == 1, SCORED, -2))
    write(config.data.index, table, shuffled(learned))
    after = tables_of(trained(with_changes(config, {"runs": config.runs / "again"}), EVIDENCE))
    assert {name for name in before if before[name] != after[name]} == {name for name in TABLES if name in before}


def test_labels_move_neither_stressed_predictions_nor_those_of_shuffled_predictors(twins: list[Config]) -> None:
    """But `swap`, whose failure is the view of a clip of another class: there labels choose the input."""
    run = trained(twins[0], EVIDENCE)
    raws = [raw_table(read_index(config.data.index), (), "split") for config in twins]
    raws[1] = replace(raws[1], index_sha256=raws[0].index_sha256)
    assert (raws[0].clips.label != raws[1].clips.label).any()
    tables = [standardised(raw, "split") for raw in raws]
    models = [load_models(model_folders(run), table) for table in tables]
    for kind in get_args(FailureKind):
        if kind != "swap":
            broken = [standardised(with_failures(raw, Condition(kind, 0.5))[0], "split") for raw in raws]
            one, two = (held_out(m, table, twins[0]).label for m, table in zip(models, broken, strict=True))
            np.testing.assert_array_equal(one, two)
    rows = np.flatnonzero(raws[0].clips.fold == SCORED)
    donor = np.tile(np.roll(np.arange(len(rows)), 1)[:, None], 3)
    (without, alone), (also_without, also_alone) = (
        next(permuted_model(m[0], table, rows).predictions([{0: np.arange(8)}], donor))
        for m, table in zip(models, tables, strict=True)
    )
    np.testing.assert_array_equal(without, also_without)
    np.testing.assert_array_equal(alone, also_alone)
