import numpy as np
import pytest

from blemore_cli.evaluation.statistics.clustered_mean import clustered_mean


def test_the_mean_is_over_values_that_exist_and_the_interval_over_actors() -> None:
    rng = np.random.default_rng(0)
    actor = np.repeat(np.arange(12), 25)
    values = rng.normal(size=(2, 300)) + rng.normal(size=12)[actor]
    values[:, ::9] = np.nan
    found = clustered_mean(values, actor, generator=np.random.default_rng(1))
    assert found.mean == pytest.approx(np.nanmean(values))
    means = []  # the same resampling, an actor at a time
    draws = np.random.default_rng(2)
    for _ in range(2000):
        chosen = [values[:, actor == a].ravel() for a in draws.integers(0, 12, 12)]
        means.append(np.nanmean(np.concatenate(chosen)))
    assert found.ci95 is not None
    width = found.ci95[1] - found.ci95[0]
    assert width == pytest.approx(4.6 * np.std(means), rel=0.15)  # 2 t(11) sqrt(12 / 11)
    assert found.ci95[0] < np.nanmean(values) < found.ci95[1]


def test_what_does_not_exist_is_none() -> None:
    generator = np.random.default_rng(0)
    assert clustered_mean(np.full((1, 2), np.nan), np.array([0, 1]), generator=generator).mean is None
    single = clustered_mean(np.ones((1, 2)), np.array([0, 0]), generator=generator)
    assert (single.mean, single.ci95) == (1.0, None)
