import numpy as np
import pytest

from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.data.splits import inner_splits
from blemore_cli.training.encoder_merit import encoder_merit, ridge_prediction
from blemore_cli.training.scaler import fit_scaler


@pytest.mark.parametrize("n_columns", [5, 80])
def test_ridge_solves_the_normal_equations_on_either_side(n_columns: int) -> None:
    rng = np.random.default_rng(0)
    train, target, held_out = (
        rng.normal(size=(30, n_columns)),
        rng.normal(size=(30, 3)),
        rng.normal(size=(4, n_columns)),
    )
    penalty = n_columns * (train**2).mean()
    reference = held_out @ np.linalg.inv(train.T @ train + penalty * np.eye(n_columns)) @ train.T @ target
    np.testing.assert_allclose(ridge_prediction(train, target, held_out), reference, rtol=1e-8)


def test_informative_encoders_rank_above_noise(tiny_table: FeatureTable) -> None:
    rows = np.flatnonzero(tiny_table.clips.fold > 0)
    inputs = fit_scaler(tiny_table, rows, clamp_sd=6).apply(tiny_table)
    merit = encoder_merit(inputs, tiny_table.widths, tiny_table.clips.label, inner_splits(tiny_table.clips, rows))
    assert merit[:2].min() > 0.2
    assert merit[2] < 0.05


def test_labels_outside_the_training_rows_do_not_matter(tiny_table: FeatureTable) -> None:
    rows = np.flatnonzero(tiny_table.clips.fold > 0)
    inputs = fit_scaler(tiny_table, rows, clamp_sd=6).apply(tiny_table)
    inner = inner_splits(tiny_table.clips, rows)
    before = encoder_merit(inputs, tiny_table.widths, tiny_table.clips.label, inner)
    shuffled = np.where(tiny_table.clips.fold == 0, 3, tiny_table.clips.label)
    np.testing.assert_array_equal(before, encoder_merit(inputs, tiny_table.widths, shuffled, inner))
