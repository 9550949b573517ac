"""Confusions: parity with scikit-learn and with plain loops."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix

from blemore_cli.core.errors import DataError
from blemore_cli.core.labels import IS_BLEND, LABELS, N_LABELS, N_SETS, RATIOS, SET_OF_LABEL
from blemore_cli.core.types import Ints
from blemore_cli.evaluation.scoring.confusion import ratio_confusion, set_confusion

labels = st.integers(0, N_LABELS - 1)


def test_sets_agree_with_sklearn() -> None:
    rng = np.random.default_rng(0)
    label, predicted = rng.integers(0, N_LABELS, 200), rng.integers(0, N_LABELS, (3, 200))
    expected = confusion_matrix(
        SET_OF_LABEL[np.tile(label, 3)], SET_OF_LABEL[predicted.ravel()], labels=np.arange(N_SETS)
    )
    assert np.array_equal(set_confusion(label, predicted), expected)


@given(st.lists(st.tuples(labels, labels, labels), min_size=1, max_size=30))
def test_ratios_agree_with_a_plain_loop(clips: list[tuple[int, int, int]]) -> None:
    label, *seeds = np.array(clips).T
    expected = np.zeros((3, 3), dtype=int)
    for true, *predicted in clips:
        for each in predicted:
            if LABELS[true].is_blend and LABELS[true].emotions == LABELS[each].emotions:
                places = [RATIOS.index(LABELS[i].saliences_pct) for i in (true, each)]
                expected[tuple(places)] += 1
    found = ratio_confusion(label, np.stack(seeds))
    assert np.array_equal(found, expected)
    sets = set_confusion(label, np.stack(seeds))
    assert sets.sum() == 2 * len(label)
    assert found.sum() == np.trace(sets[6:, 6:])  # every pair that is right has one salience
    assert np.trace(found) == np.count_nonzero((label == np.stack(seeds)) & IS_BLEND[label])


@pytest.mark.parametrize("count", [set_confusion, ratio_confusion])
def test_a_label_that_is_none_is_refused(count: Callable[[Ints, Ints], Ints]) -> None:
    with pytest.raises(DataError):
        count(np.array([0, 36]), np.array([[0, 1]]))
