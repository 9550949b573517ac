from dataclasses import replace

import numpy as np
import pytest
import torch

from blemore_cli.core.config.schema import FusionName
from blemore_cli.core.errors import UsageError
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.experiments.explaining.replay import replay
from blemore_cli.model.families import build_network
from blemore_cli.model.network import Architecture
from blemore_cli.training.checkpoint import Checkpoint, predict_rows

ROWS = np.arange(0, 60)


def test_replaying_what_is_kept_is_the_prediction(fold_models: list[Checkpoint], tiny_table: FeatureTable) -> None:
    again, said = replay(fold_models[0], tiny_table, ROWS), predict_rows(fold_models[0], tiny_table, ROWS)
    np.testing.assert_array_equal(again.kept(), said.weights > 0)
    np.testing.assert_allclose(np.exp(again.log_prob(again.kept())), said.prob, atol=1e-6)
    np.testing.assert_array_equal(again.kept(), again.best(2))


def test_what_is_not_available_is_as_absent(fold_models: list[Checkpoint], tiny_table: FeatureTable) -> None:
    again = replay(fold_models[0], tiny_table, ROWS)
    available = np.tile([False, True, True], (60, 1))
    without = replace(tiny_table, present=tiny_table.present & [False, True, True])
    blank = [np.full_like(matrix, np.nan) if e == 0 else matrix for e, matrix in enumerate(tiny_table.features)]
    lacking = replay(fold_models[0], replace(without, features=tuple(blank)), ROWS)
    np.testing.assert_array_equal(again.kept(available), lacking.kept())
    np.testing.assert_allclose(again.log_prob(again.kept(available)), lacking.log_prob(lacking.kept()), atol=1e-6)


def test_a_ranking_gate_reads_everything_that_is_there(fold_models: list[Checkpoint], tiny_table: FeatureTable) -> None:
    again = replay(fold_models[0], tiny_table, ROWS)
    np.testing.assert_array_equal(again.extracted(again.kept()), tiny_table.present[ROWS])


@pytest.mark.parametrize(("fusion", "has_soundness"), [("evidence", True), ("pool", False)])
def test_where_every_encoder_counts_as_sound_there_is_no_soundness(
    fold_models: list[Checkpoint], tiny_table: FeatureTable, fusion: FusionName, has_soundness: bool
) -> None:
    architecture = Architecture(fold_models[0].scaler.widths, fusion=fusion, selection="full")
    network = build_network(architecture, generator=torch.Generator().manual_seed(0))
    again = replay(replace(fold_models[0], network=network), tiny_table, ROWS)
    assert (again.soundness is not None) == has_soundness


def test_a_baseline_has_no_gate(fold_models: list[Checkpoint], tiny_table: FeatureTable) -> None:
    architecture = Architecture(fold_models[0].scaler.widths, family="mlp256")
    network = build_network(architecture, generator=torch.Generator().manual_seed(0))
    with pytest.raises(UsageError, match="a baseline of the family 'mlp256'"):
        replay(replace(fold_models[0], network=network), tiny_table, ROWS)
