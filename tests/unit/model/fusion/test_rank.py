import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from blemore_cli.model.fusion.base import fusion_weights
from blemore_cli.model.fusion.rank import RankFusion, ranks

E = 5


def material(seed: int, *leading: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Scores with ties, and which encoders are kept, one at least."""
    generator = torch.Generator().manual_seed(seed)
    scores = torch.randint(-2, 3, (*leading, 6, E), generator=generator).double()
    kept = torch.rand(*leading, 6, E, generator=generator) < 0.6
    kept[..., 0] = True
    return scores, kept


def fusion(logits: list[float]) -> RankFusion:
    rule = RankFusion(E, E, 3, generator=torch.Generator()).double()
    rule.logits.data.copy_(torch.tensor(logits))
    return rule


def plain_weights(scores: list[float], kept: list[bool], logits: list[float]) -> list[float]:
    """The softmax over the ranks that are there, one encoder after the other."""
    order = sorted((e for e in range(E) if kept[e]), key=lambda e: (-scores[e], e))
    total = sum(np.exp(logits[rank]) for rank in range(len(order)))
    return [float(np.exp(logits[order.index(e)]) / total) if kept[e] else 0.0 for e in range(E)]


@given(st.integers(0, 1000), st.lists(st.floats(-4, 4), min_size=E, max_size=E))
def test_weights_are_those_of_a_plain_loop(seed: int, logits: list[float]) -> None:
    scores, kept = material(seed)
    weights = fusion_weights(fusion(logits).votes(scores, kept), kept)
    expected = [plain_weights(s, k, logits) for s, k in zip(scores.tolist(), kept.tolist(), strict=True)]
    torch.testing.assert_close(weights, torch.tensor(expected, dtype=torch.float64), rtol=1e-5, atol=1e-6)


@given(st.integers(0, 1000))
def test_ranks_are_a_permutation_with_the_kept_first(seed: int) -> None:
    scores, kept = material(seed, 2)
    places = ranks(scores, kept)
    assert torch.equal(places.sort(dim=-1).values, torch.arange(E).expand_as(places))
    assert torch.equal(places < kept.sum(-1, keepdim=True), kept)


@given(st.integers(0, 1000), st.floats(0.1, 10), st.floats(-5, 5))
def test_only_the_order_of_the_scores_matters(seed: int, scale: float, shift: float) -> None:
    scores, kept = material(seed)
    rule = fusion([2.0, 1.0, 0.5, 0.0, -1.0])
    torch.testing.assert_close(rule.votes(scores * scale + shift, kept), rule.votes(scores, kept))


def test_all_ranks_weigh_the_same_at_first() -> None:
    scores, kept = material(0)
    weights = fusion_weights(RankFusion(E, E, 3, generator=torch.Generator()).double().votes(scores, kept), kept)
    torch.testing.assert_close(weights, kept / kept.sum(-1, keepdim=True).double())


def test_the_gate_learns_as_if_its_scores_moved_the_votes() -> None:
    scores, kept = material(3)
    rule = fusion([2.0, 1.0, 0.5, 0.0, -1.0])
    worth = torch.randn(6, E, dtype=torch.float64)
    scores.requires_grad_()
    votes = rule.votes(scores, kept)
    (found,) = torch.autograd.grad((fusion_weights(votes, kept) * worth).sum(), scores)
    direct = votes.detach().requires_grad_()
    (expected,) = torch.autograd.grad((fusion_weights(direct, kept) * worth).sum(), direct)
    torch.testing.assert_close(found, expected)
    assert found.abs().sum() > 0


def test_stacked_rules_equal_each_alone() -> None:
    rules = [fusion([float(run), 1.0, 0.0, -1.0, 2.0]) for run in range(3)]
    parameters, _ = torch.func.stack_module_state(list(rules))
    scores, kept = material(1, 3)
    stacked = RankFusion(E, E, 3, generator=torch.Generator())
    stacked.logits = torch.nn.Parameter(parameters["logits"].detach())
    together = stacked.votes(scores, kept)
    torch.testing.assert_close(together, torch.stack([rule.votes(scores[r], kept[r]) for r, rule in enumerate(rules)]))
