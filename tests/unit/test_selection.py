import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from blemore_cli.model.selection import gumbel, keep_top_n, ranking


@given(st.integers(0, 10_000), st.integers(1, 6), st.integers(1, 8))
def test_keeps_exactly_the_best_available(seed: int, n_encoders: int, n: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    order = torch.randint(0, 4, (5, n_encoders), generator=generator).float()  # many ties
    present = torch.rand(5, n_encoders, generator=generator) < 0.7
    kept = keep_top_n(order, present, n)
    assert not (kept & ~present).any()
    assert torch.equal(kept.sum(-1), present.sum(-1).clamp(max=n))
    for clip in range(5):
        out = present[clip] & ~kept[clip]
        if kept[clip].any() and out.any():
            assert order[clip][kept[clip]].min() >= order[clip][out].max()


def test_ties_go_to_the_earlier_encoder() -> None:
    kept = keep_top_n(torch.zeros(1, 4), torch.ones(1, 4, dtype=torch.bool), 2)
    assert kept.tolist() == [[True, True, False, False]]


def test_rankings() -> None:
    scores, draws, fixed = torch.tensor([[1.0, 2.0]]), torch.tensor([[0.9, 0.1]]), torch.tensor([5.0, 4.0])
    assert torch.equal(ranking("learned", scores, draws, fixed, 0.0), scores)
    assert torch.equal(ranking("random", scores, draws, fixed, 0.0), draws)
    assert torch.equal(ranking("fixed", scores, draws, fixed, 0.0), fixed[None])
    torch.testing.assert_close(ranking("learned", scores, draws, fixed, 2.0), scores + 2 * gumbel(draws))


def test_gumbel_top_one_samples_the_softmax() -> None:
    scores = torch.tensor([0.0, 1.0, 2.0])
    draws = torch.rand(200_000, 3, generator=torch.Generator().manual_seed(0))
    picked = (scores + gumbel(draws)).argmax(-1)
    share = torch.bincount(picked, minlength=3) / len(picked)
    torch.testing.assert_close(share, scores.softmax(0), atol=0.005, rtol=0)


@pytest.mark.parametrize("draw", [0.0, 1.0])
def test_gumbel_is_finite_at_the_ends(draw: float) -> None:
    assert torch.isfinite(gumbel(torch.tensor([draw]))).all()
