import numpy as np
import pytest

from blemore_cli.core.types import Clips, Floats
from blemore_cli.evaluation.gate_quality.best_encoders import best_encoders
from blemore_cli.evaluation.gate_quality.gate_precision import (
    cross_seed_precision,
    gate_precision,
    permutation_p_value,
    popularity_precision,
)

N, E = 300, 6
AVAILABLE = np.ones((N, E), dtype=bool)


def clips() -> Clips:
    names = np.array([f"c{i}" for i in range(N)])
    actor = np.array([f"A{i % 20}" for i in range(N)])
    return Clips(names, actor, np.zeros(N, dtype=bool), np.arange(N) % 5, np.zeros(N, dtype=np.int64))


def noise(seed: int, n_seeds: int = 1) -> Floats:
    return np.random.default_rng(seed).normal(size=(n_seeds, N, E))


def test_a_gate_that_ranks_by_usefulness_is_right() -> None:
    usefulness = noise(0, 2)
    found = gate_precision(clips(), best_encoders(usefulness, AVAILABLE, 2), usefulness, usefulness, AVAILABLE)
    assert (found.precision, found.p_value) == (1.0, 0.001)
    assert found.rank_correlation == pytest.approx(1.0)
    assert found.chance == pytest.approx(1 / 3)
    assert found.dealt == pytest.approx(1 / 3, abs=0.03)
    assert found.by_others == pytest.approx(1 / 3, abs=0.05)  # the seeds' usefulness has nothing in common


def test_a_gate_that_draws_is_at_chance() -> None:
    ranking, usefulness = noise(1), noise(2)
    found = gate_precision(clips(), best_encoders(ranking, AVAILABLE, 2), ranking, usefulness, AVAILABLE)
    assert found.ci95 is not None
    assert found.ci95[0] < found.chance < found.ci95[1]
    assert found.p_value > 0.05
    assert found.by_others is None


def test_liking_what_is_always_useful_is_no_knowledge_of_the_clip() -> None:
    everywhere = 3.0 * (np.arange(E) < 2)
    ranking, usefulness = noise(3) + everywhere, noise(4) + everywhere
    found = gate_precision(clips(), best_encoders(ranking, AVAILABLE, 2), ranking, usefulness, AVAILABLE)
    assert found.precision > 0.6 > found.chance
    assert found.gain == pytest.approx(found.precision - found.dealt)
    assert found.gain_ci95 is not None
    assert found.gain_ci95[0] < 0.02


def test_dealt_picks_are_what_dealing_them_gives() -> None:
    """With every clip having every encoder: the mean over all clips of the same fold as donors."""
    picks = best_encoders(noise(5, 2) + np.arange(E), AVAILABLE, 2)
    useful = best_encoders(noise(6, 2), AVAILABLE, 2)
    found = popularity_precision(picks, useful, AVAILABLE, clips())
    for seed, clip in ((0, 0), (1, 7), (1, 299)):
        donors = [i for i in range(N) if i % 5 == clip % 5]
        expected = np.mean([(picks[seed, donor] & useful[seed, clip]).sum() / 2 for donor in donors])
        assert found[seed, clip] == pytest.approx(expected)


def test_the_other_seeds_judge() -> None:
    clip = clips().take(np.array([0]))
    usefulness = np.array([[[3.0, 2.0, 1.0]], [[1.0, 2.0, 3.0]], [[3.0, 1.0, 2.0]]])
    available = np.array([[True, True, True]])
    picks = best_encoders(usefulness, available, 1)
    judged, dealt = cross_seed_precision(picks, usefulness, available, clip)
    assert judged.tolist() == dealt.tolist() == [[0.5], [0.0], [0.5]]  # one clip's picks can be dealt to itself alone


def test_general_liking_is_as_good_when_it_is_dealt() -> None:
    usefulness = noise(7, 3)
    liked = np.broadcast_to(np.arange(E) < 2, usefulness.shape) & AVAILABLE
    judged, dealt = cross_seed_precision(liked, usefulness, AVAILABLE, clips())
    assert judged == pytest.approx(dealt)
    found = gate_precision(clips(), liked, usefulness, usefulness, AVAILABLE)
    assert found.by_others_dealt == pytest.approx(found.by_others)
    assert found.by_others_gain_ci95 == pytest.approx((0.0, 0.0))


def test_right_picks_are_told_from_chance_and_wrong_ones_are_not() -> None:
    rng = np.random.default_rng(0)
    available = np.ones((50, 6), dtype=bool)
    useful = best_encoders(rng.random((2, 50, 6)), available, 2)
    assert permutation_p_value(useful, useful, available, generator=rng, n_permutations=99) == 0.01
    worst = best_encoders(-useful.astype(float), available, 2)
    assert permutation_p_value(worst, useful, available, generator=rng, n_permutations=99) == 1.0


def test_without_a_choice_every_permutation_is_as_good() -> None:
    available = np.array([[True, False], [False, True]])
    picks = available[None]
    assert permutation_p_value(picks, picks, available, generator=np.random.default_rng(0), n_permutations=9) == 1.0
