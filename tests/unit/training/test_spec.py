from dataclasses import replace

import numpy as np
import pytest

from blemore_cli.core.config.file import with_changes
from blemore_cli.core.config.schema import Config
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.data.splits import inner_splits
from blemore_cli.training.scaler import fit_scaler
from blemore_cli.training.spec import TrainingSpec, architecture_of, inner_positions

TRAIN = np.arange(100, 200)


@pytest.mark.parametrize(("fusion", "same"), [("evidence", True), ("pool", True), ("weighted", False)])
def test_selections_share_a_training_where_distributions_are_fused(fusion: str, same: bool) -> None:
    config = with_changes(Config(), {"model.fusion": fusion, "model.selection": "full"})
    spec = TrainingSpec(config=config, seed=0, left_out="0", train=TRAIN, target=TRAIN, target_name="test", n_epochs=3)
    for changes in ({"model.selection": "random"}, {"model.top_n": 1}, {"model.selection": "mean"}):
        other = replace(spec, config=with_changes(config, changes))
        assert (other.training_key == spec.training_key) == same, changes
    for change in ({"seed": 1}, {"left_out": "1"}, {"target_name": "held_out"}, {"n_epochs": 2}):
        assert replace(spec, **change).training_key != spec.training_key
    assert replace(spec, shift_weights=(1.0, 0.5)).training_key != spec.training_key


def test_widths_are_those_that_the_scaler_leaves(tiny_table: FeatureTable, quick_config: Config) -> None:
    config = with_changes(quick_config, {"model.reduce": "pca:6", "model.d_latent": 12, "model.temperature": 2.0})
    scaler = fit_scaler(tiny_table, TRAIN, clamp_sd=6, reduce="pca:6")
    architecture = architecture_of(config, scaler, tiny_table.names)
    assert architecture.widths == (6, 6, 5)
    assert (architecture.d_latent, architecture.d_gate, architecture.temperature) == (12, 4, 2.0)
    assert scaler.apply(tiny_table, TRAIN).columns.shape == (100, 17)


def test_the_gates_view_is_kept_as_positions(tiny_table: FeatureTable, quick_config: Config) -> None:
    scaler = fit_scaler(tiny_table, TRAIN, clamp_sd=6)
    config = with_changes(quick_config, {"model.gate_view": ["noise", "face"]})
    assert architecture_of(config, scaler, tiny_table.names).gate_view == (2, 0)
    baseline = with_changes(config, {"model.family": "mlp256"})
    assert architecture_of(baseline, scaler, tiny_table.names).gate_view == ()


def test_inner_positions_are_the_inner_splits_among_the_rows(tiny_table: FeatureTable) -> None:
    rows = np.flatnonzero(np.isin(tiny_table.clips.fold, (1, 3)))
    pairs = zip(inner_positions(tiny_table.clips, rows), inner_splits(tiny_table.clips, rows), strict=True)
    for found, expected in pairs:
        assert found.fold == expected.fold
        np.testing.assert_array_equal(rows[found.train], expected.train)
        np.testing.assert_array_equal(rows[found.held_out], expected.held_out)
