from typing import get_args

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.func import functional_call, stack_module_state

from blemore_cli.core.choices import KEEPS_ALL, Selection
from blemore_cli.model.selection import Selector, gumbel, keep_top_n

SELECTIONS: tuple[Selection, ...] = get_args(Selection)
B, E = 5, 6
ALL = torch.ones(B, E, dtype=torch.bool)


def material(seed: int, *leading: int) -> tuple[Tensor, Tensor, Tensor]:
    """Scores with many ties, draws, and which encoders are there; clips without any encoder among them."""
    generator = torch.Generator().manual_seed(seed)
    scores = torch.randint(-2, 2, (*leading, B, E), generator=generator).float()
    draws = torch.rand(*leading, B, E, generator=generator)
    return scores, draws, torch.rand(*leading, B, E, generator=generator) < 0.6


def selector(selection: Selection, top_n: int = 2, merit: Tensor | None = None) -> Selector:
    select = Selector(selection, E, top_n)
    if merit is not None:
        select.merit.copy_(merit)
    return select


@given(st.integers(0, 10_000), st.sampled_from(SELECTIONS), st.integers(1, 8), st.sampled_from([0.0, 1.0, 30.0]))
def test_every_selection_keeps_exactly_min_n_available(
    seed: int, selection: Selection, top_n: int, exploration: float
) -> None:
    scores, draws, present = material(seed)
    kept = selector(selection, top_n, merit=scores[0])(scores, draws, present, exploration)
    assert not (kept & ~present).any()
    n = E if selection in KEEPS_ALL else top_n
    assert torch.equal(kept.sum(-1), present.sum(-1).clamp(max=n))


@given(st.integers(0, 10_000), st.integers(1, 8))
def test_what_is_kept_ranks_before_what_is_not(seed: int, n: int) -> None:
    order, _, present = material(seed)
    kept = keep_top_n(order, present, n)
    for clip in range(B):
        out = present[clip] & ~kept[clip]
        if kept[clip].any() and out.any():
            assert order[clip][kept[clip]].min() >= order[clip][out].max()


def test_ties_go_to_the_earlier_encoder() -> None:
    kept = keep_top_n(torch.zeros(1, 4), torch.tensor([[True, False, True, True]]), 2)
    assert kept.tolist() == [[True, False, True, False]]


def test_each_selection_ranks_by_its_own_numbers() -> None:
    scores, draws, merit = (torch.randn(B, E, generator=torch.Generator().manual_seed(seed)) for seed in range(3))
    rankings: dict[Selection, Tensor] = {"learned": scores, "random": draws, "fixed": merit[:1].expand(B, E)}
    for selection, ranking in rankings.items():
        kept = selector(selection, 2, merit[0])(scores, draws, ALL, 0.0)
        assert torch.equal(kept, keep_top_n(ranking, ALL, 2))


def test_exploration_adds_gumbel_noise_to_the_scores() -> None:
    scores, draws = torch.randn(B, E), torch.rand(B, E)
    kept = selector("learned")(scores, draws, ALL, 2.0)
    assert torch.equal(kept, keep_top_n(scores + 2 * gumbel(draws), ALL, 2))


def test_random_and_fixed_do_not_follow_the_scores() -> None:
    scores, draws, present = material(1)
    for select in (selector("random"), selector("fixed", merit=torch.arange(6.0))):
        assert torch.equal(select(scores, draws, present, 0.0), select(-100 * scores, draws, present, 5.0))


def test_random_keeps_every_encoder_equally_often() -> None:
    draws = torch.rand(20_000, E, generator=torch.Generator().manual_seed(0))
    present = torch.ones(20_000, E, dtype=torch.bool)
    share = selector("random", 2)(torch.zeros(20_000, E), draws, present, 0.0).float().mean(0)
    torch.testing.assert_close(share, torch.full((E,), 2 / E), atol=0.02, rtol=0)


def test_only_mean_has_no_votes() -> None:
    scores = torch.randn(B, E)
    for selection in SELECTIONS:
        expected = torch.zeros(B, E) if selection == "mean" else scores
        assert torch.equal(selector(selection).votes(scores), expected)


def test_selections_are_told_apart_by_buffers_so_that_they_stack() -> None:
    selects = [selector(name, 1 + run % 3, torch.randn(E)) for run, name in enumerate(SELECTIONS)]
    scores, draws, present = material(2, len(selects))
    _, buffers = stack_module_state(list(selects))
    together = functional_call(selects[0], buffers, (scores, draws, present, 1.0))
    for run, select in enumerate(selects):
        assert torch.equal(together[run], select(scores[run], draws[run], present[run], 1.0))
    assert not list(selects[0].parameters())


def test_gumbel_top_one_samples_the_softmax() -> None:
    scores = torch.tensor([0.0, 1.0, 2.0])
    draws = torch.rand(200_000, 3, generator=torch.Generator().manual_seed(0))
    picked = (scores + gumbel(draws)).argmax(-1)
    share = torch.bincount(picked, minlength=3) / len(picked)
    torch.testing.assert_close(share, scores.softmax(0), atol=0.005, rtol=0)


@pytest.mark.parametrize("draw", [0.0, 1.0])
def test_gumbel_is_finite_at_the_ends(draw: float) -> None:
    assert torch.isfinite(gumbel(torch.tensor([draw]))).all()
