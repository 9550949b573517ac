"""How numbers and names are written for readers."""

import math
import re

import numpy as np
import pytest

from blemore_cli.experiments.runs.metrics import ShiftReport
from blemore_cli.reporting.tables.notation import (
    accuracy_text,
    changes_text,
    difference_interval_text,
    difference_text,
    elided,
    interval_text,
    probability_text,
    protocol_text,
    share_text,
    shift_lines,
    spread_text,
)


@pytest.mark.parametrize("value", [None, math.nan, math.inf])
def test_what_does_not_exist_is_not_available(value: float | None) -> None:
    texts = [accuracy_text(value), difference_text(value), probability_text(value), spread_text(value, 0.1)[:3]]
    intervals = [interval_text(None), interval_text((0.1, value)), difference_interval_text((value, 0.1))]
    assert {*texts, *intervals} == {"n/a"}


def test_a_spread_that_does_not_exist_is_left_out() -> None:
    assert [spread_text(0.5, std) for std in (None, math.nan, 0.0)] == ["0.500", "0.500", "0.500 ± 0.000"]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0004, "0.000"), (-0.0004, "0.000"), (0.0, "0.000"), (0.0006, "+0.001"), (-0.25, "-0.250"), (1.0, "+1.000")],
)
def test_differences_have_a_sign_unless_they_round_to_zero(value: float, text: str) -> None:
    assert difference_text(value) == text


@pytest.mark.parametrize(("value", "text"), [(0.00099, "<0.001"), (0.001, "0.001"), (1.0, "1.000")])
def test_small_p_values_are_bounds(value: float, text: str) -> None:
    assert probability_text(value) == text


def test_keys_keep_their_section_where_the_last_part_is_ambiguous() -> None:
    assert changes_text({"train.warmup_epochs": "3", "adapt.warmup_epochs": "5", "adapt.method": "mmd"}) == (
        "train.warmup_epochs=3, adapt.warmup_epochs=5, adapt.method=mmd"
    )


def test_protocols_that_have_no_note() -> None:
    assert protocol_text("house") == "house protocol"
    assert "inner folds" in protocol_text("nested")


def test_elided_names_stay_apart() -> None:
    names = ["abcdefghij-1-klmnop", "abcdefghij-2-klmnop", "short"]
    assert elided(names, 10) == ["abcdef…nop", "abcde…op~2", "short"]


def test_encoders_that_are_trusted_less_are_named_for_each_target() -> None:
    assert shift_lines(None) == shift_lines(ShiftReport(rule="drop", test={}, folds={"0": {}})) == []
    less = {
        "voice": {"auc": 0.999, "trust": 0.0},
        "face": {"auc": 0.75, "trust": 0.75},
        "body": {"auc": 0.9, "trust": 0.25},
        "text": {"auc": 0.951, "trust": 0.0},
    }
    shift = {"rule": "downweight", "test": less, "folds": {"0": {}, "3": {"face": less["face"]}}}
    assert shift_lines(ShiftReport.model_validate(shift)) == [
        "for the test clips: left out voice (AUC 1.00), text (AUC 0.95); weighed down 2 encoders (weight 0.25 to 0.75)",
        "for fold 3: weighed down 1 encoder (weight 0.75)",
    ]


def test_percents_are_whole_and_never_claim_a_false_nothing_or_all() -> None:
    for share in np.linspace(0, 1, 501):
        text = share_text(float(share))
        assert (text == "0 %") == (share == 0)
        assert (text == "100 %") == (share == 1)
        assert abs(float(re.sub(r"[<>%]", "", text)) / 100 - share) <= 0.01
