import numpy as np
import pytest

from blemore_cli.core.errors import DataError
from blemore_cli.core.types import Floats
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.data.index.group_standardisation import check_persons, within_groups


def raw(*columns: Floats) -> np.ndarray:
    return np.stack(columns, axis=1).astype(np.float32)


@pytest.mark.parametrize("k", [0.5, 1.0, 20.0])
def test_the_formula_holds_for_every_row(k: float) -> None:
    rng = np.random.default_rng(0)
    features, person = raw(rng.normal(3, 2, 40), rng.normal(-1, 9, 40)), np.repeat(["a", "b", "c", "d"], [20, 12, 7, 1])
    prior = features[:32].astype(np.float64)  # persons a and b
    expected = np.empty(features.shape)
    for i, row in enumerate(features):
        rows = features[person == person[i]].astype(np.float64)
        n = len(rows)
        mean = (n * rows.mean(axis=0) + k * prior.mean(axis=0)) / (n + k)
        variance = (n * rows.var(axis=0) + k * prior.var(axis=0)) / (n + k)
        expected[i] = (row - mean) / variance**0.5
    np.testing.assert_allclose(
        within_groups(features, person, np.arange(len(features)) < 32, pseudo_count=k), expected, rtol=1e-5, atol=1e-6
    )


def test_many_clips_have_almost_mean_0_and_deviation_1_whatever_the_person() -> None:
    rng = np.random.default_rng(1)
    person = np.repeat(["a", "b"], 400)
    features = raw(rng.normal(np.where(person == "a", 5, -5), np.where(person == "a", 1, 3)))
    scaled = within_groups(features, person, np.full(800, True), pseudo_count=1)
    for name in "ab":
        assert scaled[person == name].mean() == pytest.approx(0, abs=0.02)
        assert scaled[person == name].std() == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("k", [1.0, 20.0])
def test_a_group_of_one_clip_keeps_a_share_of_its_distance_to_the_training_clips(k: float) -> None:
    rng = np.random.default_rng(2)
    features = raw(np.append(rng.normal(10, 2, 500), 16.0))
    person = np.append(np.full(500, "many"), "once")
    last = within_groups(features, person, np.arange(len(features)) < 500, pseudo_count=k)[-1, 0]
    in_deviations = (16 - features[:500].mean()) / features[:500].std()
    assert last == pytest.approx(in_deviations * (k / (1 + k)) ** 0.5, rel=1e-5)
    assert last > 1.5


def test_constant_columns_become_zeros_and_nothing_else_fails() -> None:
    constant, person = raw(np.full(6, 7.0), np.arange(6.0)), np.repeat(["a", "b"], 3)
    scaled = within_groups(constant, person, np.full(6, True), pseudo_count=1)
    assert (scaled[:, 0] == 0).all()
    assert np.isfinite(scaled).all()


def test_without_prior_rows_the_prior_is_the_standard_one() -> None:
    scaled = within_groups(raw(np.array([3.0, 5.0])), np.array(["a", "a"]), np.full(2, False), pseudo_count=1)
    np.testing.assert_allclose(scaled[:, 0], (np.array([3, 5]) - 8 / 3) / 1.0, rtol=1e-6)


def test_absent_rows_stay_absent_and_count_for_nothing() -> None:
    rng = np.random.default_rng(3)
    features, person = raw(rng.normal(size=30), rng.normal(size=30)), np.array(["a", "b", "c"] * 10)
    present = np.arange(30) % 4 != 0
    holed = np.where(present[:, None], features, np.nan).astype(np.float32)
    scaled = within_groups(holed, person, np.full(30, True), pseudo_count=1)
    assert np.isnan(scaled[~present]).all()
    alone = within_groups(features[present], person[present], np.full(present.sum(), True), pseudo_count=1)
    np.testing.assert_array_equal(scaled[present], alone)


def test_groups_may_be_numbers_of_splits() -> None:
    rng = np.random.default_rng(4)
    features, fold = raw(rng.normal(size=40)), np.repeat([0, 1, 2, -1], 10)
    by_number, by_name = (
        within_groups(features, each, fold >= 0, pseudo_count=20) for each in (fold, fold.astype("<U2"))
    )
    np.testing.assert_array_equal(by_number, by_name)


def test_the_features_given_are_left_as_they_are() -> None:
    features = raw(np.arange(4.0))
    before = features.copy()
    within_groups(features, np.array(["a", "a", "b", "b"]), np.full(4, True), pseudo_count=1)
    np.testing.assert_array_equal(features, before)


def test_clips_without_a_person_are_counted_and_named(tiny_table: FeatureTable) -> None:
    check_persons(tiny_table.clips.take(~tiny_table.clips.is_test))
    with pytest.raises(DataError, match="20 of 320 clips have no person: clip_300, clip_301") as caught:
        check_persons(tiny_table.clips)
    with pytest.raises(DataError, match=r"decode\.match_prior=person needs to know who is seen"):
        check_persons(tiny_table.clips, "decode.match_prior=person")
    assert caught.value.exit_code == 3
    assert "video_id" in caught.value.fix
    assert "blemore identify" in caught.value.fix
