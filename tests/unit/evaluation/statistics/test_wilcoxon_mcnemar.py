"""Wilcoxon's and McNemar's tests where they have something to say, and where not."""

import numpy as np
import pytest

from blemore_cli.evaluation.statistics.wilcoxon_mcnemar import mcnemar_over_clips, wilcoxon_over_actors


def test_wilcoxon_leaves_out_actors_without_difference() -> None:
    differences = [0.1, 0.2, -0.05, 0.3, 0.25]
    with_ties = wilcoxon_over_actors(np.array([*differences, 0.0, 0.0]))
    assert wilcoxon_over_actors(np.array(differences)).p_value == pytest.approx(0.125)
    assert with_ties.p_value is not None
    assert with_ties.p_value < 0.2


@pytest.mark.parametrize(
    ("differences", "note"), [([], "one actor"), ([0.1], "one actor"), ([0.0, 0.0], "no actor differs")]
)
def test_wilcoxon_without_anything_to_rank(differences: list[float], note: str) -> None:
    found = wilcoxon_over_actors(np.array(differences))
    assert (found.p_value, found.note) == (None, note)


def test_mcnemar_by_hand() -> None:
    """Five clips right in `a` only, one in `b` only: 2 (C(6,0) + C(6,1)) / 2^6."""
    a = np.array([[True] * 5 + [False] + [True] * 10])
    b = np.array([[False] * 5 + [True] + [True] * 10])
    assert mcnemar_over_clips(a, b).p_value == pytest.approx(14 / 64)


def test_mcnemar_takes_the_majority_of_the_seeds_and_a_tie_as_wrong() -> None:
    a = np.array([[True, True, True], [True, False, True], [False, False, True]])
    none = np.zeros((3, 3), dtype=bool)
    assert mcnemar_over_clips(a, none).p_value == 2 / 2**2
    assert mcnemar_over_clips(a[:2], none[:2]).p_value == 2 / 2**2
    assert mcnemar_over_clips(a[1:2], none[:1]).p_value == 2 / 2**2


def test_mcnemar_without_a_clip_to_disagree_on() -> None:
    right = np.array([[True, False]])
    assert mcnemar_over_clips(right, right).note == "no clip is right in one arm only"


def test_mcnemar_never_gives_0() -> None:
    p_value = mcnemar_over_clips(np.ones((1, 3000), dtype=bool), np.zeros((1, 3000), dtype=bool)).p_value
    assert p_value is not None
    assert 0 < p_value < 1e-300
