"""Laws of standardisation within groups: order and names do not matter, other groups through the prior alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from blemore_cli.core.types import Floats, Strings
from blemore_cli.data.index.group_standardisation import within_groups


@st.composite
def clips(draw: st.DrawFn) -> tuple[np.ndarray, Strings]:
    """Features (N, 2) of two to five persons, each with its own offset and scale."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    counts = draw(st.lists(st.integers(1, 30), min_size=2, max_size=5))
    person = np.repeat([f"P{i}" for i in range(len(counts))], counts)
    offset, scale = rng.normal(0, 5, (len(counts), 2)), rng.uniform(0.5, 4, (len(counts), 1))
    index = np.repeat(np.arange(len(counts)), counts)
    features: Floats = offset[index] + scale[index] * rng.normal(size=(len(person), 2))
    return features.astype(np.float32), person


@given(clips())
def test_mean_of_a_person_is_what_the_pseudo_count_leaves(drawn: tuple[np.ndarray, Strings]) -> None:
    features, person = drawn
    scaled = within_groups(features, person, np.full(len(person), True), pseudo_count=20)
    exact = features.astype(np.float64)
    for name in np.unique(person):
        own = exact[person == name]
        n, k = len(own), 20
        left = k / (n + k) * (own.mean(axis=0) - exact.mean(axis=0))
        deviation = np.sqrt((n * own.var(axis=0) + k * exact.var(axis=0)) / (n + k))
        np.testing.assert_allclose(scaled[person == name].mean(axis=0), left / deviation, atol=1e-4)


@given(clips(), st.integers(0, 2**32 - 1))
def test_the_order_of_clips_does_not_matter(drawn: tuple[np.ndarray, Strings], seed: int) -> None:
    features, person = drawn
    order = np.random.default_rng(seed).permutation(len(person))
    everyone = np.full(len(person), True)
    scaled = within_groups(features, person, everyone, pseudo_count=20)
    np.testing.assert_allclose(
        within_groups(features[order], person[order], everyone, pseudo_count=20), scaled[order], atol=1e-5
    )


@given(clips())
def test_names_of_persons_do_not_matter(drawn: tuple[np.ndarray, Strings]) -> None:
    features, person = drawn
    renamed = np.array([f"x{name[::-1]}" for name in person])
    everyone = np.full(len(person), True)
    np.testing.assert_array_equal(
        within_groups(features, renamed, everyone, pseudo_count=20),
        within_groups(features, person, everyone, pseudo_count=20),
    )


@given(clips())
def test_other_persons_matter_through_the_prior_alone(drawn: tuple[np.ndarray, Strings]) -> None:
    features, person = drawn
    first = person == "P0"
    if first.all():
        pytest.skip("one person")
    changed = features.copy()
    changed[~first] += 100
    before, after = (within_groups(matrix, person, first, pseudo_count=20) for matrix in (features, changed))
    np.testing.assert_array_equal(before[first], after[first])
