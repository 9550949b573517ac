import numpy as np
import pytest

from blemore_cli.core.types import Clips
from blemore_cli.evaluation.scoring.metrics import official_scores
from blemore_cli.evaluation.statistics.score_difference import score_difference


def test_scores_and_their_difference_are_the_official_ones() -> None:
    rng = np.random.default_rng(0)
    label, a, b = rng.integers(0, 36, 200), rng.integers(0, 36, (2, 200)), rng.integers(0, 36, (2, 200))
    a[:, ::3] = label[::3]
    names = np.array([f"c{i}" for i in range(200)])
    actor = np.array([f"A{i % 10}" for i in range(200)])
    clips = Clips(names, actor, np.zeros(200, dtype=bool), np.zeros(200, dtype=np.int64), label)
    found = score_difference(clips, a, b, generator=np.random.default_rng(1))
    first, second = (float(np.mean([official_scores(label, own).score for own in each])) for each in (a, b))
    assert found.a == pytest.approx(first)
    assert found.b == pytest.approx(second)
    assert found.difference == pytest.approx(first - second)
    assert found.ci95 is not None
    assert 0 < found.ci95[0] < found.difference < found.ci95[1]
    alone = score_difference(clips.take(actor == "A0"), a[:, actor == "A0"], b[:, actor == "A0"], generator=rng)
    assert alone.ci95 is None
