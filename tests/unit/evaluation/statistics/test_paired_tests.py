"""Two arms by every test, and every case in which there is nothing to test."""

from typing import get_args

import numpy as np
import pytest

from blemore_cli.core.types import Clips, Ints
from blemore_cli.evaluation.scoring.metrics import METRICS, Metric
from blemore_cli.evaluation.statistics.paired_tests import (
    METHODS,
    ArmPair,
    Method,
    bootstrap_interval,
    counted_arm,
    effect_size,
    paired_test,
)

N = 60


def clips(*, n_actors: int = 6, n_folds: int = 3, blends: bool = True) -> Clips:
    actor = np.arange(N) % n_actors
    label = np.random.default_rng(1).integers(0, 36 if blends else 6, N)
    names = np.array([f"c{i:02d}" for i in range(N)])
    return Clips(names, np.array([f"A{i}" for i in actor]), np.zeros(N, dtype=bool), actor % n_folds, label)


def guesses(truth: Clips, share: float, *, n_seeds: int = 2, seed: int = 0) -> Ints:
    """(S, N) labels, about `share` of them right and the others neutral."""
    rng = np.random.default_rng(seed)
    return np.where(rng.random((n_seeds, N)) < share, truth.label, 5)


def pair_of(truth: Clips, a: Ints, b: Ints) -> ArmPair:
    rng = np.random.default_rng(0)
    return ArmPair(
        counted_arm(truth, a), counted_arm(truth, b), rng.normal(0, 0.1, (200, 3)), np.array([0.2, 0.3, 0.4])
    )


def note(pair: ArmPair, metric: Metric, method: Method) -> str:
    found = paired_test(pair, metric, method)
    assert (found.p_value is None) is bool(found.note)
    return found.note


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("metric", METRICS[:2])
def test_every_method_has_a_p_value_where_arms_differ(metric: Metric, method: Method) -> None:
    truth = clips()
    found = paired_test(pair_of(truth, guesses(truth, 0.6), guesses(truth, 0.3, seed=1)), metric, method)
    assert found.p_value is not None
    assert 0 < found.p_value <= 1
    assert (found.ci95 is not None) is (method in {"actor_bootstrap", "nadeau_bengio"})


def test_the_bootstrap_quotes_the_p_value_of_the_sign_flips() -> None:
    truth = clips()
    pair = pair_of(truth, guesses(truth, 0.6), guesses(truth, 0.3, seed=1))
    assert [paired_test(pair, metric, "actor_bootstrap").p_value for metric in METRICS] == [0.2, 0.3, 0.4]
    assert paired_test(pair, "score", "actor_bootstrap").ci95 == bootstrap_interval(pair, "score")


@pytest.mark.parametrize("method", METHODS)
def test_equal_predictions(method: Method) -> None:
    truth = clips()
    pair = pair_of(truth, guesses(truth, 0.5), guesses(truth, 0.5))
    assert note(pair, "presence", method) == "equal predictions"
    assert bootstrap_interval(pair, "presence") == (0.0, 0.0)
    assert effect_size(pair, "presence") is None


@pytest.mark.parametrize("method", METHODS)
def test_no_blends(method: Method) -> None:
    truth = clips(blends=False)
    pair = pair_of(truth, guesses(truth, 0.6), guesses(truth, 0.3, seed=1))
    assert note(pair, "salience", method) == "no blends"
    assert note(pair, "presence", method) == ""


def test_one_actor() -> None:
    truth = clips(n_actors=1, n_folds=1)
    pair = pair_of(truth, guesses(truth, 0.6), guesses(truth, 0.3, seed=1))
    assert note(pair, "score", "actor_bootstrap") == note(pair, "score", "wilcoxon") == "one actor"
    assert bootstrap_interval(pair, "score") == (-1.0, 1.0)
    assert effect_size(pair, "score") is None


@pytest.mark.parametrize(("n_seeds", "why"), [(1, "one fold and one seed"), (3, "one fold")])
def test_one_fold(n_seeds: int, why: str) -> None:
    truth = clips(n_folds=1)
    pair = pair_of(truth, guesses(truth, 0.6, n_seeds=n_seeds), guesses(truth, 0.3, n_seeds=n_seeds, seed=1))
    assert note(pair, "score", "nadeau_bengio") == why
    assert note(pair, "score", "wilcoxon") == ""


def test_wrong_in_different_ways_is_no_difference() -> None:
    truth = clips()
    wrong = np.where(truth.label < 6, 6, 5)[None]
    pair = pair_of(truth, wrong, np.where(truth.label < 6, 7, 4)[None])
    still = ArmPair(pair.a, pair.b, np.zeros((10, 3)), pair.flip_p)
    assert note(still, "presence", "actor_bootstrap") == note(still, "presence", "nadeau_bengio") == "zero variance"
    assert note(still, "presence", "wilcoxon") == "no actor differs"
    assert note(still, "presence", "mcnemar") == "no clip is right in one arm only"


def test_effect_size_is_mean_over_standard_deviation_of_the_actors() -> None:
    truth = clips(n_actors=3)
    b = np.where(truth.label == 5, 4, 5)[None]
    a = b.copy()
    rows = np.flatnonzero(truth.actor == "A0")[:5], np.flatnonzero(truth.actor == "A1")[:3]
    a[0, np.concatenate(rows)] = truth.label[np.concatenate(rows)]
    found = effect_size(pair_of(truth, a, b), "presence")
    assert found == pytest.approx(np.mean([0.25, 0.15, 0]) / np.std([0.25, 0.15, 0], ddof=1))


def test_methods_are_those_of_the_type() -> None:
    assert get_args(Method) == METHODS
