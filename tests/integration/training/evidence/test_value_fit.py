import torch
from tests.fixtures.evidence import planted_evidence

from blemore_cli.model.evidence.encoder_values import EncoderValues, states
from blemore_cli.model.evidence.evidence_pool import Evidence, EvidencePool
from blemore_cli.model.selection import keep_top_n, number_above
from blemore_cli.training.evidence.pool_fit import CrossFitted, fit_pool
from blemore_cli.training.evidence.value_fit import choose_value_threshold, fit_values


def fitted(rows: CrossFitted, seed: int = 0) -> tuple[EncoderValues, EvidencePool, Evidence]:
    n_encoders = rows.present.shape[1]
    values, pool = EncoderValues(n_encoders, 36), EvidencePool(n_encoders, 1, 36)
    fit_pool(pool, rows)
    evidence = pool.evidence(rows.log_probs, rows.input_quality)
    fit_values(values, pool, evidence, rows, torch.Generator().manual_seed(seed))
    return values, pool, evidence


def test_values_are_the_mean_gains_of_other_clips() -> None:
    values, *_ = fitted(planted_evidence().rows)
    rows = planted_evidence(seed=1).rows
    _, pool, evidence = fitted(rows)
    for taken in ([], [0], [0, 1, 2]):
        before = torch.zeros(600, 4, dtype=torch.bool)
        before[:, taken] = True
        after = before.clone()
        after[:, 3] = True
        label = rows.label.unsqueeze(-1)
        gain = pool(evidence, after).gather(1, label) - pool(evidence, before).gather(1, label)
        value = values(states(pool, evidence, before))[:, 3]
        assert abs(float(value.mean() - gain.mean())) < 0.15
        if taken:  # with nothing taken, all clips are alike
            assert torch.corrcoef(torch.stack([value, gain[:, 0]]))[0, 1] > 0.1


def test_an_encoder_that_says_nothing_new_is_worth_nothing_and_one_without_rows_0() -> None:
    rows = planted_evidence().rows
    rows.log_probs[:, 3] = rows.log_probs.mean()
    rows.present[:, 2] = False
    values, pool, evidence = fitted(rows)
    value = values(states(pool, evidence, torch.zeros_like(rows.present))).mean(0)
    assert abs(float(value[3])) < 0.02 < float(value[:2].min())
    assert value[2] == 0


def test_the_same_draws_give_the_same_values() -> None:
    rows = planted_evidence(n=100).rows
    (first, *_), (second, *_), (other, *_) = fitted(rows), fitted(rows), fitted(rows, seed=1)
    assert torch.equal(first.weight, second.weight)
    assert not torch.equal(first.weight, other.weight)


def test_auto_takes_fewest_encoders_at_a_loss_within_one_standard_error() -> None:
    rows = planted_evidence().rows
    _, pool, evidence = fitted(rows)
    order = torch.arange(4).flip(0).double().expand(600, 4)  # all take them in the same order
    assert number_kept(pool, evidence, order, rows) > 1  # each tells much
    nothing = rows._replace(log_probs=rows.log_probs.clone())
    nothing.log_probs[:, 1:] = nothing.log_probs.mean()
    _, pool, evidence = fitted(nothing)
    assert number_kept(pool, evidence, order, nothing) == 1


def number_kept(pool: EvidencePool, evidence: Evidence, scores: torch.Tensor, rows: CrossFitted) -> int:
    threshold = choose_value_threshold(pool, evidence, scores, rows.present, rows.label)
    kept = keep_top_n(scores, rows.present, number_above(scores, rows.present, threshold))
    return int(kept.sum(-1).double().mean())
