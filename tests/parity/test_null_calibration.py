"""Two equally good arms are called different about as often as 5 % says: a small run of the simulation in tests/bench.

The full table, of 2,000 repeats, is in docs/statistics.md.
"""

import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

pytestmark = pytest.mark.xdist_group("null_calibration")  # one simulation for all

BENCH = Path(__file__).parents[1] / "bench" / "null_simulation.py"
N_REPEATS = 160
P_Values = dict[tuple[str, str], list[float]]


@pytest.fixture(scope="module")
def simulation() -> dict[str, Any]:
    return runpy.run_path(str(BENCH))


@pytest.fixture(scope="module")
def under_the_null(simulation: dict[str, Any]) -> P_Values:
    """p-values of two identical arms with different seeds."""
    found: P_Values = simulation["p_values"](simulation["NULLS"]["seeds"], n_repeats=N_REPEATS, n_resamples=400, seed=1)
    return found


def n_below(values: list[float]) -> int:
    return int(np.sum(np.array(values) < 0.05))


@pytest.mark.parametrize("metric", ["presence", "salience", "score"])
@pytest.mark.parametrize("method", ["actor_bootstrap", "interval without 0", "wilcoxon", "mcnemar"])
def test_about_one_in_twenty_is_significant(under_the_null: P_Values, method: str, metric: str) -> None:
    if (method, metric) == ("mcnemar", "score"):
        assert (method, metric) not in under_the_null
        return
    values = under_the_null[method, metric]
    assert len(values) == N_REPEATS
    assert stats.binomtest(n_below(values), N_REPEATS, 0.05).pvalue > 0.01


def test_p_values_of_the_headline_are_uniform(under_the_null: P_Values) -> None:
    assert stats.kstest(under_the_null["actor_bootstrap", "score"], "uniform").pvalue > 0.01


def test_nadeau_bengio_is_conservative_when_the_arms_differ_by_noise_alone(under_the_null: P_Values) -> None:
    for metric in ("presence", "salience", "score"):
        assert n_below(under_the_null["nadeau_bengio", metric]) <= 0.02 * N_REPEATS


def test_a_real_difference_is_found(simulation: dict[str, Any]) -> None:
    """An arm that gets 3 points less presence, by forgetting a tenth of what it knew, is nearly always told apart."""
    found = 0
    for generator in np.random.default_rng(0).spawn(20):
        clips = simulation["challenge_clips"](generator)
        a, b = simulation["null_predictions"](clips, simulation["NULLS"]["seeds"], generator)
        forgotten = np.where(clips.label == 5, 0, 5)
        a = np.where(generator.random(a.shape) < 0.1, forgotten, a)
        tests = simulation["compare_arms"](clips, {"a": a, "b": b}, "b", generator=generator, n_resamples=400)
        (test,) = [each for each in tests if (each.method, each.metric) == ("actor_bootstrap", "presence")]
        found += test.p_value < 0.05 and test.ci95[1] < 0
    assert found >= 19
