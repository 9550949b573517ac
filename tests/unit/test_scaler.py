from dataclasses import replace

import numpy as np

from blemore_cli.data.batches import FeatureTable
from blemore_cli.training.scaler import fit_scaler


def test_training_rows_get_zero_mean_and_unit_deviation(tiny_table: FeatureTable) -> None:
    rows = np.arange(200)
    inputs = fit_scaler(tiny_table, rows, clamp_sd=50).apply(tiny_table)
    for encoder, matrix in enumerate(inputs.features):
        seen = matrix.numpy()[rows[tiny_table.present[rows, encoder]]]
        np.testing.assert_allclose(seen.mean(0), 0, atol=1e-5)
        np.testing.assert_allclose(seen.std(0), 1, atol=1e-5)


def test_absent_features_are_zero_and_outliers_clamped(tiny_table: FeatureTable) -> None:
    tiny_table.features[1][250] = 1e6
    inputs = fit_scaler(tiny_table, np.arange(200), clamp_sd=6).apply(tiny_table)
    assert (inputs.features[0].numpy()[~tiny_table.present[:, 0]] == 0).all()
    assert (inputs.features[1].numpy()[250] == 6).all()


def test_other_rows_are_never_read(tiny_table: FeatureTable) -> None:
    rows = np.arange(200)
    changed = tuple(matrix.copy() for matrix in tiny_table.features)
    for matrix in changed:
        matrix[200:] = np.nan
    before = fit_scaler(tiny_table, rows, clamp_sd=6)
    after = fit_scaler(replace(tiny_table, features=changed), rows, clamp_sd=6)
    for one, other in zip(before.mean + before.deviation, after.mean + after.deviation, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_constant_column_keeps_its_scale(tiny_table: FeatureTable) -> None:
    tiny_table.features[1][:, 3] = 1e4
    scaler = fit_scaler(tiny_table, np.arange(200), clamp_sd=6)
    assert scaler.deviation[1][3] == 1
    assert (scaler.apply(tiny_table).features[1][:, 3] == 0).all()


def test_an_encoder_without_training_rows_does_no_harm(tiny_table: FeatureTable) -> None:
    tiny_table.present[:200, 2] = False
    scaler = fit_scaler(tiny_table, np.arange(200), clamp_sd=6)
    assert (scaler.mean[2] == 0).all()
    assert (scaler.deviation[2] == 1).all()
