"""Planted data: 20 strong directions, and a label in directions that are strong, or weaker than all of these."""

import numpy as np
import pytest

from blemore_cli.data.splits import Split
from blemore_cli.training.wide.component_choice import components_suffice
from blemore_cli.training.wide.dual_components import dual_components

N, WIDTH, K = 240, 600, 20
SPLIT = Split(0, train=np.arange(180), held_out=np.arange(180, N))


def planted(strength: float, *, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Inner products of rows of which two directions are two targets times a strength, and the targets."""
    rng = np.random.default_rng(seed)
    target = rng.normal(size=(N, 2))
    axes = np.linalg.qr(rng.normal(size=(WIDTH, K + 2)))[0].T
    rows = 40 * rng.normal(size=(N, K)) @ axes[:K] + strength * target @ axes[K:] + 0.2 * rng.normal(size=(N, WIDTH))
    rows = rows.astype(np.float32)
    return rows @ rows.T, target


def suffices(gram: np.ndarray, target: np.ndarray, split: Split = SPLIT) -> bool:
    coefficients = dual_components(gram[np.ix_(split.train, split.train)], K)
    return components_suffice(gram, target, split, coefficients)


@pytest.mark.parametrize("strength", [4.0, 8.0, 15.0])
def test_a_label_in_weak_directions_keeps_all_columns(strength: float) -> None:
    assert not suffices(*planted(strength))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("strength", [80.0, 0.0])
def test_a_label_in_strong_directions_or_nowhere_keeps_components(strength: float, seed: int) -> None:
    assert suffices(*planted(strength, seed=seed))


def test_other_rows_have_no_say() -> None:
    gram, target = planted(8.0)
    split = Split(0, train=np.arange(100), held_out=np.arange(100, 180))
    gram[180:], gram[:, 180:], target[180:] = np.nan, np.nan, np.nan
    assert not suffices(gram, target, split)


def test_rows_of_zeros_do_not_matter() -> None:
    assert suffices(np.zeros((N, N), dtype=np.float32), planted(1.0)[1])
