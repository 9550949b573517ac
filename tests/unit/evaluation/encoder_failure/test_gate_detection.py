import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from blemore_cli.core.types import Clips
from blemore_cli.evaluation.encoder_failure.gate_detection import gate_detection, within_clip_auc

N, E = 60, 5


@pytest.fixture
def clips() -> Clips:
    number = np.arange(N)
    return Clips(
        filename=np.array([f"c{i}" for i in number]),
        actor=np.array([f"A{i % 6}" for i in number]),
        is_test=np.full(N, False),
        fold=number % 3,
        label=number % 36,
    )


def test_auc_is_that_of_every_clip() -> None:
    rng = np.random.default_rng(0)
    sound = np.argsort(rng.random((2, N, E))) < 2
    ranking = rng.integers(0, 3, (2, N, E)).astype(float)  # with ties
    auc = within_clip_auc(ranking, sound, ~sound)
    expected = [[roc_auc_score(sound[s, i], ranking[s, i]) for i in range(N)] for s in range(2)]
    np.testing.assert_allclose(auc, expected)
    assert np.isnan(within_clip_auc(ranking, sound, np.zeros_like(sound))).all()


def test_a_gate_that_knows_and_one_that_does_not(clips: Clips) -> None:
    failed = np.zeros((1, N, E), dtype=bool)
    failed[:, 10:, :2] = True  # ten clips without a failure are not counted
    knows = gate_detection(clips, ~failed, failed, kept=~failed, ranking=np.where(failed, 0.0, 1.0))
    assert (knows.precision, knows.recall, knows.auc) == (1.0, 1.0, 1.0)
    assert knows.chance == pytest.approx(0.6)
    blind = np.zeros_like(failed)
    blind[..., [0, 2]] = True
    figures = gate_detection(clips, ~failed, failed, kept=blind, ranking=np.zeros(failed.shape))
    assert (figures.precision, figures.auc) == (0.5, 0.5)
    assert figures.recall == pytest.approx(1 / 3)
    assert figures.precision_ci95 == pytest.approx((0.5, 0.5))


def test_what_is_not_defined_is_none(clips: Clips) -> None:
    none_failed = np.zeros((1, N, E), dtype=bool)
    figures = gate_detection(clips, ~none_failed, none_failed, kept=~none_failed, ranking=np.zeros((1, N, E)))
    assert set(vars(figures).values()) == {None}
    failed = none_failed.copy()
    failed[..., 0] = True
    assert set(vars(gate_detection(clips, ~failed, failed, kept=None, ranking=None)).values()) == {None}
