"""Laws of late fusion: weights on the simplex, the order of the runs, and a run with itself."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from blemore_cli.core.labels import N_LABELS
from blemore_cli.core.types import Clips, Floats
from blemore_cli.evaluation.late_fusion import LateFusion, best_weights, fit_late_fusion

Runs = tuple[Clips, dict[str, Floats]]


@st.composite
def runs(draw: st.DrawFn) -> Runs:
    """Out-of-fold distributions of one to three runs for few clips, of every kind of label."""
    n, n_runs = draw(st.integers(2, 25)), draw(st.integers(1, 3))
    n_labels, n_actors = draw(st.sampled_from([2, 6, 36])), draw(st.integers(1, 5))
    rng = np.random.default_rng(draw(st.integers(0, 2**31)))
    names = np.array([f"c{i:02d}" for i in range(n)])
    fold = rng.permutation(np.arange(n) % draw(st.integers(2, 4)))
    actor = np.array(["a", "", "b", "c", "d"])[rng.integers(0, n_actors, n)]
    clips = Clips(names, actor, np.zeros(n, dtype=bool), fold, rng.integers(0, n_labels, n))
    return clips, {f"run{i}": rng.dirichlet(np.full(N_LABELS, 0.3), n) for i in range(n_runs)}


def fused(clips: Clips, prob: dict[str, Floats]) -> LateFusion:
    return fit_late_fusion(clips, prob, generator=np.random.default_rng(0), n_resamples=20)


@given(runs())
@settings(max_examples=25)
def test_weights_lie_on_the_simplex_and_mixtures_are_distributions(given_runs: Runs) -> None:
    clips, prob = given_runs
    found = fused(clips, prob)
    weights = np.array(list(found.weights.values()))
    assert (weights >= 0).all()
    np.testing.assert_allclose(weights.sum(), 1)
    np.testing.assert_allclose(found.mixed(prob).sum(axis=1), 1)


@given(runs())
@settings(max_examples=15)
def test_the_order_of_the_runs_changes_nothing(given_runs: Runs) -> None:
    clips, prob = given_runs
    assert fused(clips, dict(reversed(prob.items()))) == fused(clips, prob)


@given(runs(), st.integers(2, 3))
@settings(max_examples=15)
def test_a_run_with_itself_gets_equal_weights_and_gains_nothing(given_runs: Runs, n_times: int) -> None:
    clips, prob = given_runs
    found = fused(clips, {f"copy{i}": prob["run0"] for i in range(n_times)})
    np.testing.assert_allclose(list(found.weights.values()), 1 / n_times)
    for gain in (found.gain, found.gain_over_equal):
        assert (gain.difference, gain.ci95) == (0, (0, 0))


@given(runs())
@settings(max_examples=15)
def test_the_order_of_the_clips_changes_no_weight(given_runs: Runs) -> None:
    clips, prob = given_runs
    order = np.random.default_rng(0).permutation(len(clips))
    stacked = np.stack(list(prob.values()))
    np.testing.assert_array_equal(
        best_weights(clips.label[order], stacked[:, order]), best_weights(clips.label, stacked)
    )
