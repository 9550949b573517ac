"""Shift weights: the rules, their formula, and that no clip is left without an encoder."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from blemore_cli.core.choices import ShiftRule
from blemore_cli.evaluation.domain_shift.shift import CLEAR_AUC, Shift, shift_summary
from blemore_cli.evaluation.domain_shift.shift_weights import shift_weight, shift_weights

SHARE = st.integers(0, 100).map(lambda percent: percent / 100)
SHIFT = st.builds(Shift, st.none() | SHARE, st.just(0.4), st.none() | SHARE)
EVERYWHERE = np.ones((4, 2), dtype=bool)


@given(SHIFT)
def test_drop_follows_the_summary(shift: Shift) -> None:
    assert (shift_weight(shift, "drop") == 0) is shift_summary(shift).startswith("shifted")


@given(st.integers(0, 100), st.integers(0, 100))
def test_downweight_is_the_share_of_the_way_back_to_the_null(auc_pct: int, high_pct: int) -> None:
    expected = Fraction(1)
    if auc_pct > high_pct:
        expected = Fraction(100 - auc_pct, 100 - high_pct)
    found = shift_weight(Shift(auc_pct / 100, 0.4, high_pct / 100), "downweight")
    assert found == pytest.approx(float(expected), abs=1e-12)
    assert 0 <= found <= 1


@given(SHIFT)
def test_none_and_too_few_clips_change_no_weight(shift: Shift) -> None:
    assert shift_weight(shift, "none") == 1
    if shift.auc is None or shift.null_high is None:
        assert shift_weight(shift, "drop") == shift_weight(shift, "downweight") == 1


def test_a_clear_shift_begins_where_inspect_says() -> None:
    aucs = (CLEAR_AUC - 0.01, CLEAR_AUC, 1.0)
    assert [shift_weight(Shift(auc, 0.5, 0.7), "drop") for auc in aucs] == [1, 0, 0]
    assert shift_weight(Shift(0.9, 0.5, 0.9), "drop") == 1  # no more than between actors


@given(st.data(), st.sampled_from(["drop", "downweight"]))
def test_every_clip_keeps_an_encoder_and_no_more_than_needed_is_kept(data: st.DataObject, rule: ShiftRule) -> None:
    n_encoders = data.draw(st.integers(1, 4))
    shifts = data.draw(st.lists(SHIFT, min_size=n_encoders, max_size=n_encoders))
    row = st.lists(st.booleans(), min_size=n_encoders, max_size=n_encoders).filter(any)
    present = np.array(data.draw(st.lists(row, min_size=1, max_size=6)))
    found = shift_weights(shifts, present, rule)
    weights = np.array(found or [1.0] * n_encoders)
    assert present[:, weights > 0].any(axis=1).all()
    alone = np.array([shift_weight(shift, rule) for shift in shifts])
    assert (weights[alone > 0] == alone[alone > 0]).all()
    assert set(weights[alone == 0]) <= {0.0, 1.0}
    if present[:, alone > 0].any(axis=1).all():
        assert (weights == alone).all()


def test_the_least_shifted_that_helps_is_kept_until_all_are_served() -> None:
    shifts = [Shift(auc, 0.5, 0.7) for auc in (0.99, 0.95, 0.90, 0.92)]
    present = np.array([[True, True, False, False], [True, False, False, True]])
    assert shift_weights(shifts, present, "drop") == (0.0, 1.0, 0.0, 1.0)  # .90 has neither clip
    assert shift_weights(shifts, present[1:], "drop") == (0.0, 0.0, 0.0, 1.0)


def test_a_clip_without_any_encoder_asks_for_nothing() -> None:
    shifts = [Shift(0.99, 0.5, 0.7), Shift(0.6, 0.5, 0.7)]
    assert shift_weights(shifts, np.array([[False, False], [True, True]]), "drop") == (0.0, 1.0)


def test_what_cannot_be_used_has_no_weight_but_where_a_clip_has_nothing_else() -> None:
    near = Shift(0.6, 0.5, 0.7)
    unusable = np.array([True, False])
    assert shift_weights([near, near], EVERYWHERE[:, :2], "none", is_usable=unusable) == (1.0, 0.0)
    assert shift_weights([near, near], np.array([[True, True], [False, True]]), "drop", is_usable=unusable) == ()


def test_full_weights_have_one_spelling() -> None:
    near = Shift(0.6, 0.5, 0.7)
    assert (
        shift_weights([near, near], EVERYWHERE, "drop") == shift_weights([near, near], EVERYWHERE, "downweight") == ()
    )
    assert shift_weights([Shift(0.99, 0.5, 0.7)], EVERYWHERE[:, :1], "drop") == ()  # the only one
