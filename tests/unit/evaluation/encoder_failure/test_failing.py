import numpy as np
import pytest

from blemore_cli.evaluation.encoder_failure.failing import failing


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 1.0])
def test_one_encoder_stays_and_the_others_fail_for_the_share(share: float) -> None:
    rng = np.random.default_rng(0)
    draws, present = rng.random((4000, 6)), rng.random((4000, 6)) < 0.8
    present[:, 5] = True
    fails = failing(draws, present, share)
    assert not (fails & ~present).any()
    assert ((present & ~fails).sum(1) >= 1).all()
    if share < 1:
        assert fails.sum() / present.sum() == pytest.approx(share, abs=0.02)
    else:
        assert ((present & ~fails).sum(1) == 1).all()


def test_failures_of_a_share_are_among_those_of_a_larger_one() -> None:
    draws, present = np.random.default_rng(1).random((200, 4)), np.full((200, 4), True)
    few, many = (failing(draws, present, share) for share in (0.25, 0.5))
    assert (many | ~few).all()


def test_an_encoder_that_never_fails_is_the_one_that_stays() -> None:
    draws = np.array([[0.9, 0.1, 1.0]])
    assert failing(draws, np.full((1, 3), True), 1.0).tolist() == [[True, True, False]]
    assert failing(draws, np.array([[True, True, False]]), 1.0).tolist() == [[False, True, False]]
