import pytest
import torch
from tests.fixtures.evidence import planted_evidence

from blemore_cli.model.evidence.evidence_pool import Evidence, EvidencePool
from blemore_cli.model.selection import keep_top_n
from blemore_cli.training.evidence.kept_number import KEEPS_ALL, THRESHOLDS, choose_threshold, fit_gammas
from blemore_cli.training.evidence.pool_fit import CrossFitted, fit_pool, pool_loss

Case = tuple[EvidencePool, CrossFitted, Evidence, torch.Tensor]


@pytest.fixture(scope="module")
def case() -> Case:
    """A fitted pool, its rows, their evidence, and a ranking that knows which encoders are sound."""
    rows, sound = planted_evidence()
    pool = EvidencePool(4, 1, 36)
    fit_pool(pool, rows)
    return pool, rows, pool.evidence(rows.log_probs, rows.input_quality), sound.double()


def test_gamma_of_each_number_is_the_best_for_it(
    case: Case,
) -> None:
    pool, rows, evidence, ranking = case
    of_all = float(pool.log_gamma[-1])
    fit_gammas(pool, evidence, ranking, rows.present, rows.label)
    assert float(pool.log_gamma[-1]) == of_all
    best = pool.log_gamma.clone()
    for n in (1, 2, 3):
        kept = keep_top_n(ranking, rows.present, n)
        losses = {}
        for step in (-0.3, 0.0, 0.3):
            pool.log_gamma = best + step
            losses[step] = float(pool_loss(pool, evidence, kept, rows.label))
        assert losses[0.0] <= min(losses.values()) + 1e-3
    pool.log_gamma = best


def test_numbers_that_no_clip_can_keep_have_the_gamma_of_all() -> None:
    rows = planted_evidence(n=100).rows
    present = rows.present.clone()
    present[:, 1:] = False
    pool = EvidencePool(4, 1, 36)
    fit_pool(pool, rows._replace(present=present))
    of_all = pool.log_gamma.clone()
    fit_gammas(
        pool,
        pool.evidence(rows.log_probs, rows.input_quality),
        rows.input_quality[..., 0].double(),
        present,
        rows.label,
    )
    assert torch.equal(pool.log_gamma, of_all)


def test_everything_is_kept_where_nothing_is_broken() -> None:
    rows = planted_evidence(n=400).rows
    logits = 1.5 * torch.nn.functional.one_hot(rows.label, 36)[:, None, None]
    noise = torch.randn(rows.log_probs.shape, generator=torch.Generator().manual_seed(0))
    sound = rows._replace(log_probs=(logits + noise).log_softmax(-1))
    pool = EvidencePool(4, 1, 36)
    fit_pool(pool, sound)
    evidence = pool.evidence(sound.log_probs, sound.input_quality)
    scores = torch.randn(400, 4, generator=torch.Generator().manual_seed(0)).double()
    assert choose_threshold(pool, evidence, scores, sound.present, sound.label) == KEEPS_ALL


def test_a_ranking_that_knows_the_answer_drops_what_is_broken(case: Case) -> None:
    pool, rows, evidence, ranking = case
    scores = 8 * ranking - 4
    chosen = choose_threshold(pool, evidence, scores, rows.present, rows.label)
    assert chosen in THRESHOLDS
    assert chosen > KEEPS_ALL
