"""Reliability: parity with plain loops, and what must hold of any predictions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from blemore_cli.core.errors import DataError
from blemore_cli.core.labels import LABELS
from blemore_cli.evaluation.scoring.reliability import predicted_set_prob, reliability

predictions = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60)


@given(predictions)
def test_bins_agree_with_a_plain_loop(clips: list[tuple[float, bool]]) -> None:
    prob, is_right = np.array([each[0] for each in clips]), np.array([each[1] for each in clips])
    found = reliability(prob, is_right, n_bins=4)
    ece = 0.0
    for b, (low, high) in enumerate([(-1, 0.25), (0.25, 0.5), (0.5, 0.75), (0.75, 1)]):  # an upper end belongs to it
        own = [each for each in clips if low < each[0] <= high]
        assert found.count[b] == len(own)
        if own:
            mean, share = np.mean(own, axis=0)
            assert (found.mean_prob[b], found.share_right[b]) == (pytest.approx(mean), pytest.approx(share))
            ece += len(own) / len(clips) * abs(mean - share)
        else:
            assert np.isnan(found.mean_prob[b])
            assert np.isnan(found.share_right[b])
    assert found.ece == pytest.approx(ece, abs=1e-12)
    assert found.bias == pytest.approx(np.mean(prob) - np.mean(is_right), abs=1e-9)
    assert abs(found.bias) <= found.ece + 1e-9


def test_honest_probabilities_have_a_small_error_and_boastful_ones_a_bias() -> None:
    rng = np.random.default_rng(0)
    prob = rng.random(20_000)
    is_right = rng.random(20_000) < prob
    honest, boastful = reliability(prob, is_right), reliability(np.sqrt(prob), is_right)
    assert honest.ece < 0.02
    assert boastful.ece > 0.1
    assert boastful.bias == pytest.approx(2 / 3 - 1 / 2, abs=0.02)


def test_no_prediction_is_refused() -> None:
    with pytest.raises(DataError, match="at least one"):
        reliability(np.array([]), np.array([], dtype=bool))


def test_the_probability_of_a_set_is_that_of_all_its_labels() -> None:
    rng = np.random.default_rng(0)
    prob, predicted = rng.dirichlet(np.ones(36), 40), rng.integers(0, 36, 40)
    expected = [
        sum(p for p, each in zip(row, LABELS, strict=True) if each.emotions == LABELS[i].emotions)
        for row, i in zip(prob, predicted, strict=True)
    ]
    assert predicted_set_prob(prob, predicted) == pytest.approx(expected)
