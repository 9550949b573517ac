from typing import get_args

import numpy as np
import pytest

from blemore_cli.core.choices import FailureKind
from blemore_cli.evaluation.encoder_failure.corruption import Failures, corrupted, donors

KINDS = get_args(FailureKind)
N, WIDTH = 400, 30


@pytest.fixture
def features() -> np.ndarray:
    rng = np.random.default_rng(1)
    made = (5 + 3 * rng.normal(size=(N, WIDTH))).astype(np.float32)
    made[:, 0] = 7
    return made


def broken(kind: FailureKind, features: np.ndarray, failed: np.ndarray) -> np.ndarray:
    failures = Failures(kind, failed, np.roll(np.arange(N), 1))
    return corrupted(features, np.full(N, True), failures, generator=np.random.default_rng(2))


@pytest.mark.parametrize("kind", KINDS)
def test_what_did_not_fail_stays_to_the_bit_and_draws_belong_to_a_clip(kind: FailureKind, features: np.ndarray) -> None:
    few, many = np.arange(N) % 4 == 0, np.arange(N) % 2 == 0
    with_few, with_many = (broken(kind, features, failed) for failed in (few, many))
    np.testing.assert_array_equal(with_few[~few], features[~few])
    np.testing.assert_array_equal(with_few[few], with_many[few])
    assert (with_few[few, 1:] != features[few, 1:]).all()
    assert with_few.dtype == np.float32
    if kind != "missing":
        assert (with_few[:, 0] == 7).all()  # a constant column stays one
    np.testing.assert_array_equal(broken(kind, features, np.full(N, False)), features)


def test_noise_leaves_three_tenths_and_adds_one_and_a_half(features: np.ndarray) -> None:
    z = ((features - features.mean(0)) / np.where(features.std(0), features.std(0), 1))[:, 1:]
    noisy = broken("noise", features, np.full(N, True))[:, 1:]
    again = (noisy - features.mean(0)[1:]) / features.std(0)[1:]
    slope = float((again * z).mean() / (z * z).mean())
    assert slope == pytest.approx(0.3, abs=0.05)
    assert float((again - 0.3 * z).std()) == pytest.approx(1.5, rel=0.02)


def test_matched_noise_has_the_energy_of_each_clip(features: np.ndarray) -> None:
    mean, deviation = features.mean(0, dtype=float), features.std(0, dtype=float)
    matched = broken("matched", features, np.full(N, True))

    def energy(x: np.ndarray) -> np.ndarray:
        return np.asarray((((x - mean)[:, 1:] / deviation[1:]) ** 2).sum(1))

    # the draw of the constant column has a share of the energy, and is lost
    assert (energy(matched) / energy(features)).mean() == pytest.approx(1 - 1 / WIDTH, abs=0.01)


def test_a_swap_is_the_view_of_the_donor_and_a_shift_the_same_for_all(features: np.ndarray) -> None:
    whole = np.full(N, True)
    np.testing.assert_array_equal(broken("swap", features, whole), np.roll(features, 1, axis=0))
    assert np.isnan(broken("missing", features, whole)).all()
    shifted = broken("shift", features, whole) - 2 * features
    np.testing.assert_allclose(shifted, np.broadcast_to(shifted[:1], shifted.shape), atol=1e-4)


def test_donors_are_of_the_group_and_of_another_label() -> None:
    group, label = np.repeat([0, 1, 2], [50, 50, 1]), np.arange(101) % 5
    available = np.arange(101) % 3 > 0
    donor = donors(group, label, available, generator=np.random.default_rng(0))
    rows = np.flatnonzero(available & (group < 2))
    assert available[donor[rows]].all()
    np.testing.assert_array_equal(group[donor[rows]], group[rows])
    assert (label[donor[rows]] != label[rows]).all()
    assert len(set(donor[rows].tolist())) > 20
    rest = np.setdiff1d(np.arange(101), rows)
    np.testing.assert_array_equal(donor[rest], rest)
