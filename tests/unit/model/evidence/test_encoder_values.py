import pytest
import torch
from torch import Tensor

from blemore_cli.model.evidence.encoder_values import EncoderValues, greedy_scores, states
from blemore_cli.model.evidence.evidence_pool import Evidence, EvidencePool
from blemore_cli.model.selection import keep_top_n, number_above

B, E, K = 30, 4, 36
EQUAL = torch.ones(E, dtype=torch.float64)


def parts(seed: int = 0) -> tuple[EncoderValues, EvidencePool, Evidence, Tensor]:
    """Values with random weights, a pool with random numbers, and evidence of clips that lack some encoders."""
    generator = torch.Generator().manual_seed(seed)
    values, pool = EncoderValues(E, K), EvidencePool(E, 1, K)
    values.weight.normal_(generator=generator)
    values.bias.normal_(generator=generator)
    pool.level.normal_(generator=generator)
    log_probs = (3 * torch.randn(B, E, 1, K, generator=generator)).log_softmax(-1)
    present = torch.rand(B, E, generator=generator) < 0.8
    return values, pool, pool.evidence(log_probs, torch.randn(B, E, 2, generator=generator)), present


def order(scores: Tensor, present: Tensor) -> list[int]:
    return [int(e) for e in scores.argsort(descending=True) if present[e]]


def test_scores_rank_as_a_search_one_clip_at_a_time_takes_encoders() -> None:
    values, pool, evidence, present = parts()
    cost = torch.tensor([0.5, 1.0, 0.7, 1.8], dtype=torch.float64)
    found = greedy_scores(values, pool, evidence, present, cost)
    for i in range(B):
        clip, taken, least = Evidence(*(part[i : i + 1] for part in evidence)), torch.zeros(1, E, dtype=torch.bool), []
        expected = []
        while left := [e for e in range(E) if present[i, e] and e not in expected]:
            value = (values(states(pool, clip, taken)) / cost)[0]
            best = max(left, key=lambda e: float(value[e]))
            expected.append(best)
            least.append(float(value[best]))
            taken[0, best] = True
        assert order(found[i], present[i]) == expected
        lowest = torch.tensor(least).cummin(0).values if least else torch.zeros(0)
        torch.testing.assert_close(found[i, expected], lowest.double(), atol=1e-6, rtol=1e-6)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_what_an_encoder_that_is_not_taken_says_decides_nothing(n: int) -> None:
    values, pool, evidence, present = parts()
    kept = keep_top_n(greedy_scores(values, pool, evidence, present, EQUAL), present, n)
    other = parts(seed=1)[2]
    is_known = [kept[(..., *[None] * (part.ndim - 2))] for part in evidence]
    changed = Evidence(*(torch.where(*each) for each in zip(is_known, evidence, other, strict=True)))
    assert torch.equal(keep_top_n(greedy_scores(values, pool, changed, present, EQUAL), present, n), kept)
    assert torch.equal(pool(changed, kept), pool(evidence, kept))
    assert torch.equal(states(pool, changed, kept), states(pool, evidence, kept))


def test_a_threshold_takes_encoders_until_a_value_falls_below_it() -> None:
    values, pool, evidence, present = parts()
    scores = greedy_scores(values, pool, evidence, present, EQUAL)
    threshold = 0.6
    kept = keep_top_n(scores, present, number_above(scores, present, threshold))
    for i in torch.arange(B)[present.any(-1)].tolist():
        ranked = order(scores[i], present[i])
        n = max(1, sum(float(scores[i, e].sigmoid()) >= threshold for e in ranked))
        assert sorted(ranked[:n]) == kept[i].nonzero().flatten().tolist()
    assert len(set(kept.sum(-1)[present.all(-1)].tolist())) > 1


def test_a_dear_encoder_is_taken_last_where_all_have_the_same_positive_value() -> None:
    values, pool, evidence, _ = parts()
    values.weight.zero_()
    values.bias.fill_(1.0)
    present = torch.ones(B, E, dtype=torch.bool)
    scores = greedy_scores(values, pool, evidence, present, torch.tensor([1.0, 5.0, 1.0, 0.5], dtype=torch.float64))
    assert order(scores[0], present[0]) == [3, 0, 2, 1]


def test_an_older_file_leaves_the_values_as_they_are() -> None:
    values = parts()[0]
    weight = values.weight.clone()
    values.load_state_dict({})
    assert torch.equal(values.weight, weight)
