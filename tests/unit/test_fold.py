from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from blemore_cli.core.config import Config, ModelConfig, TrainConfig
from blemore_cli.data.feature_table import FeatureTable
from blemore_cli.data.splits import fold_splits
from blemore_cli.training.checkpoint import forecast
from blemore_cli.training.fold import log_loss, train_fold

CONFIG = Config(model=ModelConfig(top_n=2), train=TrainConfig(max_epochs=4, warmup_epochs=1, device="cpu"))


def predictions(table: FeatureTable, config: Config = CONFIG) -> tuple[np.ndarray, list[dict[str, Any]]]:
    split = fold_splits(table.clips)[0]
    records: list[dict[str, Any]] = []
    checkpoint = train_fold(table, split, config, seed=0, report=records.append)
    return forecast(
        checkpoint, table, np.concatenate([split.held_out, np.flatnonzero(table.clips.is_test)])
    ).prob, records


@pytest.mark.parametrize("selection", ["learned", "fixed"])
def test_labels_of_the_held_out_fold_change_no_byte(tiny_table: FeatureTable, selection: Any) -> None:
    config = CONFIG.model_copy(update={"model": ModelConfig(top_n=2, selection=selection)})
    before, _ = predictions(tiny_table, config)
    held_out = tiny_table.clips.fold == 0
    label = tiny_table.clips.label.copy()
    label[held_out] = np.random.default_rng(1).permutation(label[held_out])
    after, _ = predictions(replace(tiny_table, clips=replace(tiny_table.clips, label=label)), config)
    np.testing.assert_array_equal(before, after)


def test_features_of_the_held_out_fold_do_not_reach_the_test_predictions(tiny_table: FeatureTable) -> None:
    before, _ = predictions(tiny_table)
    held_out = tiny_table.clips.fold == 0
    for matrix in tiny_table.features:
        matrix[held_out] += 5
    after, _ = predictions(tiny_table)
    np.testing.assert_array_equal(before[held_out.sum() :], after[held_out.sum() :])
    assert not np.array_equal(before[: held_out.sum()], after[: held_out.sum()])


def test_every_epoch_is_reported_and_the_inner_folds_choose(tiny_table: FeatureTable) -> None:
    _, records = predictions(tiny_table)
    inner = [record for record in records if record["stage"] != "final"]
    assert {record["stage"] for record in inner} == {f"inner {fold}" for fold in (1, 2, 3, 4)}
    held_out_loss = [np.mean([r["held_out_loss"] for r in inner if r["epoch"] == epoch]) for epoch in range(1, 5)]
    assert len(records) - len(inner) == 1 + int(np.argmin(held_out_loss))  # inner folds of equal size


def test_log_loss() -> None:
    prob = np.full((2, 36), 0.5 / 35)
    prob[:, 3] = 0.5
    assert log_loss(np.array([3, 3]), prob) == pytest.approx(np.log(2))
