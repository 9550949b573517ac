from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from blemore_cli.core.choices import Standardize
from blemore_cli.core.labels import SALIENCE
from blemore_cli.core.types import Ints
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.training import reduction
from blemore_cli.training import scaler as scaler_module
from blemore_cli.training.scaler import Scaler, fit_scaler
from blemore_cli.training.wide import wide_encoder


def features(scaler: Scaler, table: FeatureTable) -> Sequence[torch.Tensor]:
    """The rows of the table as the network reads them, cut by encoder."""
    return torch.split(scaler.apply(table).columns, list(scaler.widths), dim=1)


def test_training_rows_get_zero_mean_and_unit_deviation(tiny_table: FeatureTable) -> None:
    rows = np.arange(200)
    for encoder, matrix in enumerate(features(fit_scaler(tiny_table, rows, clamp_sd=50), tiny_table)):
        seen = matrix.numpy()[rows[tiny_table.present[rows, encoder]]]
        np.testing.assert_allclose(seen.mean(0), 0, atol=1e-5)
        np.testing.assert_allclose(seen.std(0), 1, atol=1e-5)


def test_absent_features_are_zero_and_outliers_clamped(tiny_table: FeatureTable) -> None:
    tiny_table.features[1][250] = 1e6
    with_gaps, with_outlier, _ = features(fit_scaler(tiny_table, np.arange(200), clamp_sd=6), tiny_table)
    assert (with_gaps.numpy()[~tiny_table.present[:, 0]] == 0).all()
    assert (with_outlier.numpy()[250] == 6).all()


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
    assert (features(scaler, tiny_table)[1][:, 3] == 0).all()


def test_an_encoder_without_training_rows_does_no_harm(tiny_table: FeatureTable) -> None:
    tiny_table.present[:200, 2] = False
    scaler = fit_scaler(tiny_table, np.arange(200), clamp_sd=6)
    assert (scaler.mean[2] == 0).all()
    assert (scaler.deviation[2] == 1).all()
    assert not scaler.apply(tiny_table).present[:, 2].any()


def test_only_encoders_that_are_wider_are_reduced(tiny_table: FeatureTable) -> None:
    scaler = fit_scaler(tiny_table, np.arange(200), clamp_sd=6, reduce="pca:8")
    assert scaler.raw_widths == (8, 12, 5)
    assert scaler.widths == (8, 8, 5)
    assert [matrix is None for matrix in scaler.components] == [True, False, True]
    plain = features(fit_scaler(tiny_table, np.arange(200), clamp_sd=6), tiny_table)
    assert scaler.apply(tiny_table).columns.shape[1] == sum(scaler.widths)
    reduced = features(scaler, tiny_table)
    for untouched in (0, 2):
        np.testing.assert_array_equal(reduced[untouched], plain[untouched])


def test_reduced_rows_are_of_unit_scale_and_absent_ones_stay_zero(tiny_table: FeatureTable) -> None:
    rows = np.arange(200)
    scaler = fit_scaler(tiny_table, rows, clamp_sd=6, reduce="pca:4")
    absent = ~tiny_table.present[:, 0]
    reduced = features(scaler, tiny_table)[0].numpy()
    assert (reduced[absent] == 0).all()
    assert np.square(reduced[rows[~absent[rows]]]).mean() == pytest.approx(1, rel=1e-4)


@pytest.mark.parametrize("poison", [np.nan, 1e30])
@pytest.mark.parametrize("n_rows", [200, 7])
def test_components_are_fitted_on_the_given_present_rows_alone(
    tiny_table: FeatureTable, n_rows: int, poison: float
) -> None:
    rows = np.arange(n_rows)
    changed = tuple(matrix.copy() for matrix in tiny_table.features)
    for encoder, matrix in enumerate(changed):
        matrix[n_rows:] = poison
        matrix[~tiny_table.present[:, encoder]] = poison
    before = fit_scaler(tiny_table, rows, clamp_sd=6, reduce="pca:3")
    after = fit_scaler(replace(tiny_table, features=changed), rows, clamp_sd=6, reduce="pca:3")
    for one, other in zip(before.components, after.components, strict=True):
        assert one is not None
        np.testing.assert_array_equal(one, other)


def test_fewer_rows_than_components_leave_columns_of_zeros(tiny_table: FeatureTable) -> None:
    scaler = fit_scaler(tiny_table, np.arange(1, 6), clamp_sd=6, reduce="pca:7")
    assert scaler.widths == (7, 7, 5)  # whatever the rows: all trainings have the same widths
    reduced = features(scaler, tiny_table)[1].numpy()
    assert np.isfinite(reduced).all()
    assert reduced.any(axis=0).tolist() == [True] * 4 + [False] * 3  # five rows about their mean span four dimensions


def test_constant_columns_have_no_part_in_the_components(tiny_table: FeatureTable) -> None:
    tiny_table.features[1][:, 3] = 1e4
    components = fit_scaler(tiny_table, np.arange(200), clamp_sd=6, reduce="pca:11").components[1]
    assert components is not None
    np.testing.assert_allclose(components[3], 0, atol=1e-6)


def test_an_encoder_without_training_rows_is_reduced_to_zeros(tiny_table: FeatureTable) -> None:
    tiny_table.present[:200, 1] = False
    scaler = fit_scaler(tiny_table, np.arange(200), clamp_sd=6, reduce="pca:8")
    assert scaler.widths == (8, 8, 5)
    assert (features(scaler, tiny_table)[1] == 0).all()


@pytest.mark.parametrize("reduce", ["none", "pca:6"])
def test_an_encoder_without_trust_is_absent_and_never_read(tiny_table: FeatureTable, reduce: str) -> None:
    rows = np.arange(200)
    plain = fit_scaler(tiny_table, rows, clamp_sd=6, reduce=reduce)
    tiny_table.features[1][:] = np.inf
    scaler = fit_scaler(tiny_table, rows, clamp_sd=6, reduce=reduce, shift_weights=(1.0, 0.0, 1.0))
    assert scaler.widths == plain.widths
    inputs, before = scaler.apply(tiny_table), plain.apply(tiny_table)
    assert not inputs.present[:, 1].any()
    assert inputs.columns.shape == before.columns.shape
    assert (features(scaler, tiny_table)[1] == 0).all()
    for other in (0, 2):
        np.testing.assert_array_equal(features(scaler, tiny_table)[other], features(plain, tiny_table)[other])
        np.testing.assert_array_equal(inputs.present[:, other], before.present[:, other])


@pytest.mark.parametrize("reduce", ["none", "pca:6"])
def test_trust_is_a_factor_of_what_the_network_reads(tiny_table: FeatureTable, reduce: str) -> None:
    rows = np.arange(200)
    factors = (0.25, 1.0, 0.5)
    plain = fit_scaler(tiny_table, rows, clamp_sd=6, reduce=reduce)
    weighted = fit_scaler(tiny_table, rows, clamp_sd=6, reduce=reduce, shift_weights=factors)
    parts = features(plain, tiny_table), features(weighted, tiny_table)
    for factor, one, other in zip(factors, *parts, strict=True):
        assert other.dtype == one.dtype
        np.testing.assert_allclose(other, factor * one, rtol=1e-6)
    np.testing.assert_array_equal(weighted.apply(tiny_table).present, plain.apply(tiny_table).present)


def test_no_trust_given_is_trust_in_all(tiny_table: FeatureTable) -> None:
    scaler = fit_scaler(tiny_table, np.arange(200), clamp_sd=6)
    assert scaler.shift_weights == (1.0, 1.0, 1.0)
    np.testing.assert_array_equal(scaler.apply(tiny_table).present, tiny_table.present)


@pytest.fixture
def wide_table(tiny_table: FeatureTable, monkeypatch: pytest.MonkeyPatch) -> FeatureTable:
    """The last of three encoders has more columns than there are training clips; the label is in strong directions."""
    for module in (reduction, wide_encoder):
        monkeypatch.setattr(module, "LEAST_CLIPS", 250)
    rng = np.random.default_rng(1)
    label = SALIENCE[tiny_table.clips.label]
    strong = np.hstack([5 * label, rng.normal(size=(320, 20))]) @ rng.normal(size=(26, 400))
    wide = (strong + 0.3 * rng.normal(size=(320, 400))).astype(np.float32)
    return replace(tiny_table, features=(*tiny_table.features[:2], wide))


@pytest.mark.parametrize("standardize", ["split", "global"])
def test_auto_reads_the_leading_components_of_a_wide_encoder(
    wide_table: FeatureTable, standardize: Standardize
) -> None:
    """Scores from inner products are those of standardised rows times components, as another table is read."""
    scaler = fit_scaler(wide_table, np.arange(200), clamp_sd=6, reduce="auto", standardize=standardize)
    assert scaler.widths == (8, 12, 64)
    assert scaler.raw_widths == wide_table.widths
    plain = replace(wide_table, features=tuple(matrix.copy() for matrix in wide_table.features))
    torch.testing.assert_close(scaler.apply(wide_table).columns, scaler.apply(plain).columns, atol=1e-4, rtol=1e-4)
    assert (scaler.deviation[2] == 1).all() == (standardize == "split")


def test_auto_leaves_narrow_encoders_byte_for_byte_as_they_are(tiny_table: FeatureTable) -> None:
    rows = np.arange(200)
    auto = fit_scaler(tiny_table, rows, clamp_sd=6, reduce="auto", standardize="split")
    plain = fit_scaler(tiny_table, rows, clamp_sd=6, reduce="none")
    assert auto.components == (None, None, None)
    assert torch.equal(auto.apply(tiny_table).columns, plain.apply(tiny_table).columns)


@pytest.mark.parametrize("standardize", ["split", "global"])
def test_auto_keeps_all_columns_where_the_label_is_in_weak_directions(
    wide_table: FeatureTable, standardize: Standardize
) -> None:
    rng, rows = np.random.default_rng(2), np.arange(200)
    nuisance = 8 * rng.normal(size=(320, 64)) @ np.linalg.qr(rng.normal(size=(400, 64)))[0].T
    weak = 2 * SALIENCE[wide_table.clips.label] @ np.linalg.qr(rng.normal(size=(400, 6)))[0].T
    hidden = (0.25 * (nuisance + weak + 0.01 * rng.normal(size=(320, 400)))).astype(np.float32)
    table = replace(wide_table, features=(*wide_table.features[:2], hidden))
    scaler = fit_scaler(table, rows, clamp_sd=6, reduce="auto", standardize=standardize)
    assert scaler.components[2] is None
    plain = fit_scaler(table, rows, clamp_sd=6, reduce="none")
    assert torch.equal(scaler.apply(table).columns, plain.apply(table).columns)


@pytest.mark.parametrize("standardize", ["split", "global"])
def test_auto_is_fitted_to_the_given_rows_alone(wide_table: FeatureTable, standardize: Standardize) -> None:
    rows = np.arange(200)
    label = wide_table.clips.label.copy()
    label[200:300] = (label[200:300] + 7) % 36
    changed = wide_table.features[2].copy()
    changed[200:] = 1e3
    other = replace(
        wide_table, features=(*wide_table.features[:2], changed), clips=replace(wide_table.clips, label=label)
    )
    one, two = (
        fit_scaler(table, rows, clamp_sd=6, reduce="auto", standardize=standardize) for table in (wide_table, other)
    )
    assert one.components[2] is not None
    assert two.components[2] is not None
    np.testing.assert_array_equal(one.components[2], two.components[2])
    assert torch.equal(one.apply(wide_table, rows).columns, two.apply(other, rows).columns)


def test_a_wide_encoder_that_is_left_out_keeps_its_width(wide_table: FeatureTable) -> None:
    scaler = fit_scaler(wide_table, np.arange(200), clamp_sd=6, reduce="auto", shift_weights=(1.0, 1.0, 0.0))
    assert scaler.widths == (8, 12, 64)
    assert (scaler.apply(wide_table).columns[:, 20:] == 0).all()


@pytest.mark.parametrize(("at_work", "order"), [([], [0, 1, 2]), ([0], [1, 2, 0]), ([0, 1, 2], [0, 1, 2])])
def test_what_another_process_is_at_comes_last(
    wide_table: FeatureTable, monkeypatch: pytest.MonkeyPatch, at_work: list[int], order: list[int]
) -> None:
    table = replace(wide_table, features=tuple(wide_table.features[2] + number for number in range(3)))
    places = {id(matrix): number for number, matrix in enumerate(table.features)}
    reached: list[int] = []
    fitted = scaler_module._fitted

    def noted(table: FeatureTable, encoder: int, rows: Ints, **options: Any) -> Any:
        reached.append(encoder)
        return fitted(table, encoder, rows, **options)

    monkeypatch.setattr(scaler_module, "_fitted", noted)
    monkeypatch.setattr(scaler_module, "is_gram_being_made", lambda matrix, _: places[id(matrix)] in at_work)
    scaler = fit_scaler(table, np.arange(200), clamp_sd=6, reduce="auto", standardize="split")
    assert reached == order
    assert scaler.widths == (64, 64, 64)
