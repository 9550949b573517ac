import numpy as np
import pytest

from blemore_cli.core.labels import SALIENCE
from blemore_cli.core.types import Clips
from blemore_cli.data.features.evidence.leaks import coded_columns

N_ACTORS, RNG = 10, np.random.default_rng(0)
LABEL = np.tile(np.arange(19), N_ACTORS)
ACTOR = np.repeat(np.arange(N_ACTORS), 19)
N = len(LABEL)
CLIPS = Clips(
    np.array([f"A{actor}_{row}" for row, actor in enumerate(ACTOR)]),
    np.array([f"A{actor}" for actor in ACTOR]),
    np.zeros(N, dtype=np.bool_),
    ACTOR % 5,
    LABEL,
)
ALL = np.ones(N, dtype=np.bool_)


def codes_of(column: np.ndarray) -> list[str]:
    columns = np.stack([np.asarray(column, dtype=np.float32), RNG.normal(size=N).astype(np.float32)], axis=1)
    result = coded_columns(columns, CLIPS, ALL)
    assert not any(is_code[1] for is_code in result.values())
    return [name for name, is_code in result.items() if is_code[0]]


@pytest.mark.parametrize(
    "column",
    [LABEL, -2.5 * LABEL, LABEL % 6, LABEL < 6, SALIENCE[LABEL, 1], RNG.normal(size=36)[LABEL], 3 * LABEL + ACTOR % 3],
)
def test_codes_of_the_label(column: np.ndarray) -> None:
    assert codes_of(column) == ["the label"]


@pytest.mark.parametrize(
    "column", [ACTOR, ACTOR % 2, 20 + ACTOR // 3, RNG.normal(size=10)[ACTOR], 2 * ACTOR + LABEL % 2]
)
def test_codes_of_the_actor(column: np.ndarray) -> None:
    assert codes_of(column) == ["the actor"]


@pytest.mark.parametrize(
    "column",
    [
        np.ones(N),
        np.arange(N),
        np.eye(N)[3],
        np.repeat(np.arange(N // 2), 2)[RNG.permutation(N)],
        RNG.integers(0, 2, N),
        RNG.integers(0, 100, N),
        np.maximum(RNG.normal(size=N), 0),
        np.round(RNG.normal(size=N), 2),
        LABEL + RNG.normal(size=N),
        np.where(np.arange(N) == 7, 3, LABEL),
        (LABEL == 3) & (ACTOR == 2),
    ],
)
def test_features_are_no_codes(column: np.ndarray) -> None:
    assert codes_of(column) == []


def test_few_clips_prove_nothing() -> None:
    few = np.array([0, 1, 19, 20])
    columns = np.array([[0.0], [1.0], [0.0], [1.0]])
    assert not any(is_code.any() for is_code in coded_columns(columns, CLIPS.take(few), ALL[few]).values())


def test_only_training_clips_with_features_count() -> None:
    columns = np.where(np.arange(N)[:, None] < 5, np.nan, LABEL[:, None]).astype(np.float32)
    columns[:2] = 99
    absent = np.arange(N) >= 5
    assert coded_columns(columns, CLIPS, absent)["the label"].tolist() == [True]
