import numpy as np

from blemore_cli.data.features.aggregate import stats7
from blemore_cli.data.features.statistics import statistics_of

SEVEN = ("mean", "std", "p10", "p25", "p50", "p75", "p90")


def test_the_organisers_rows_are_told_by_their_values() -> None:
    rng = np.random.default_rng(0)
    rows = np.stack([stats7(rng.normal(size=(20, 3)).astype(np.float32)) for _ in range(10)])
    assert statistics_of("static", rows) == SEVEN
    assert statistics_of("stats7", rows[:, :14]) == SEVEN
    assert statistics_of("static", rows[:, rng.permutation(21)]) == ("value",)
    assert statistics_of("static", rows[:, :20]) == ("value",)
    assert statistics_of("static", rng.normal(size=(10, 21))) == ("value",)


def test_one_statistic() -> None:
    assert statistics_of("mean", np.zeros((2, 4))) == ("mean",)
    assert statistics_of("static", np.zeros((5, 14))) == ("value",)  # zeros are in order, and say nothing
