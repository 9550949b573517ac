import pytest
import torch
from tests.fixtures.evidence import planted_evidence

from blemore_cli.model.evidence.evidence_pool import EvidencePool
from blemore_cli.model.evidence.pool import soundness
from blemore_cli.training.evidence.gate_distillation import distil_gate
from blemore_cli.training.evidence.pool_fit import CrossFitted, fit_pool


def distilled(rows: CrossFitted) -> EvidencePool:
    pool = EvidencePool(4, 1, 36)
    fit_pool(pool, rows)
    distil_gate(pool, pool.evidence(rows.log_probs, rows.input_quality), rows)
    return pool


def test_the_gate_tells_the_posterior_soundness_of_other_clips_where_the_input_shows_it() -> None:
    pool = distilled(planted_evidence().rows)
    planted = planted_evidence(seed=1)
    rows = planted.rows
    evidence = pool.evidence(rows.log_probs, rows.input_quality)
    posterior = soundness(pool(evidence, rows.present), evidence.log_ratio, evidence.logit, rows.present)
    prob = evidence.input_logit.sigmoid()
    assert float((prob.mean(0) - posterior.mean(0)).abs().max()) < 0.05
    is_sound = planted.sound[:, 0]  # the first encoder's energy shows whether it is
    assert prob[is_sound, 0].mean() > prob[~is_sound, 0].mean() + 0.5
    assert torch.allclose(prob[:, 1:].mean(0), posterior[:, 1:].mean(0), atol=0.05)  # inputs of the others say nothing
    assert prob[:, 1:].std(0).max() < 0.1


def test_what_encoders_predict_is_not_read() -> None:
    rows = planted_evidence(n=100).rows
    pool = distilled(rows)
    other = planted_evidence(n=100, seed=1).rows
    before, after = (pool.evidence(each.log_probs, rows.input_quality) for each in (rows, other))
    assert torch.equal(before.input_logit, after.input_logit)
    assert not torch.equal(before.logit, after.logit)


@pytest.mark.parametrize("away", [0, 3])
def test_an_encoder_without_rows_leaves_the_gate_finite(away: int) -> None:
    rows = planted_evidence(n=100).rows
    rows.present[:, away] = False
    pool = distilled(rows)
    assert pool.gate_slope.isfinite().all()
    assert not pool.gate_slope[away].any()


def test_an_older_file_has_a_gate_that_was_not_fitted() -> None:
    pool = distilled(planted_evidence(n=100).rows)
    older = {name: value for name, value in pool.state_dict().items() if not name.startswith("gate_")}
    fresh = EvidencePool(4, 1, 36)
    fresh.load_state_dict(older)
    assert torch.equal(fresh.level, pool.level)
    assert not fresh.gate_slope.any()
