"""Laws of how many encoders are kept, whatever the scores are."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from blemore_cli.core.choices import Selection
from blemore_cli.model.selection import KEPT_UNTIL_CHOSEN, Selector, number_above


@st.composite
def clips(draw: st.DrawFn) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    n_encoders = draw(st.integers(1, 6))
    generator = torch.Generator().manual_seed(draw(st.integers(0, 1000)))
    scores = 3 * torch.randn(8, n_encoders, generator=generator)
    present = torch.rand(8, n_encoders, generator=generator) < 0.7
    present[:, 0] = True
    return scores, present, torch.rand(8, n_encoders, generator=generator)


@given(clips(), st.floats(0.01, 0.99), st.floats(0.01, 0.99))
@settings(max_examples=50, deadline=None)
def test_the_number_is_between_one_and_all_and_falls_with_the_threshold(
    drawn: tuple[torch.Tensor, torch.Tensor, torch.Tensor], one: float, other: float
) -> None:
    scores, present, _ = drawn
    low, high = (number_above(scores, present, threshold)[:, 0] for threshold in sorted((one, other)))
    assert (low >= high).all()
    assert (high >= 1).all()
    assert (low <= present.sum(-1)).all()


@given(clips(), st.floats(0.01, 0.99))
@settings(max_examples=50, deadline=None)
def test_random_and_fixed_selection_keep_as_many_as_learned(
    drawn: tuple[torch.Tensor, torch.Tensor, torch.Tensor], threshold: float
) -> None:
    scores, present, draws = drawn
    rules: tuple[Selection, ...] = ("learned", "random", "fixed")
    numbers = []
    for rule in rules:
        select = Selector(rule, scores.shape[-1], "auto")
        before = select(scores, draws, present, 0.0).sum(-1)
        assert torch.equal(before, present.sum(-1).clamp_max(KEPT_UNTIL_CHOSEN))
        select.threshold.fill_(threshold)
        kept = select(scores, draws, present, 0.0)
        assert not (kept & ~present).any()
        numbers.append(kept.sum(-1))
    assert torch.equal(numbers[0], numbers[1])
    assert torch.equal(numbers[0], numbers[2])
