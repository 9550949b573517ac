import copy
from collections.abc import Iterator

import pytest
import torch
from tests.fixtures.evidence import planted_evidence

from blemore_cli.core.labels import SALIENCE
from blemore_cli.model.evidence.evidence_pool import EvidencePool
from blemore_cli.model.evidence.pool import soundness
from blemore_cli.training.evidence.pool_fit import CrossFitted, fit_pool, pool_loss
from blemore_cli.training.losses import label_loss


def fitted(rows: CrossFitted) -> EvidencePool:
    _, n_encoders, n_members, n_labels = rows.log_probs.shape
    pool = EvidencePool(n_encoders, n_members, n_labels)
    fit_pool(pool, rows)
    return pool


def loss(pool: EvidencePool, rows: CrossFitted) -> float:
    evidence = pool.evidence(rows.log_probs, rows.input_quality)
    return float(pool_loss(pool, evidence, rows.present, rows.label))


def soundness_of(pool: EvidencePool, rows: CrossFitted) -> torch.Tensor:
    evidence = pool.evidence(rows.log_probs, rows.input_quality)
    return soundness(pool(evidence, rows.present), evidence.log_ratio, evidence.logit, rows.present)


def numbers(pool: EvidencePool) -> Iterator[torch.Tensor]:
    return (value for _, value in sorted(pool.named_buffers()))


def with_encoder(rows: CrossFitted, log_probs: torch.Tensor, *, present: bool = True) -> CrossFitted:
    """The rows with one encoder more, of the energy of the second one."""
    more = torch.full((len(rows.label), 1), present)
    return rows._replace(
        log_probs=torch.cat([rows.log_probs, log_probs], dim=1),
        input_quality=torch.cat([rows.input_quality, rows.input_quality[:, 1:2]], dim=1),
        present=torch.cat([rows.present, more], dim=1),
    )


def test_other_clips_are_predicted_better_than_by_a_mean_and_broken_encoders_are_seen() -> None:
    rows, (other, sound) = planted_evidence(seed=0).rows, planted_evidence(seed=1)
    pool = fitted(rows)
    mean = other.log_probs.squeeze(2).mean(1).log_softmax(-1)
    assert loss(pool, other) < float(label_loss(mean, other.label)) - 0.3
    posterior = soundness_of(pool, other)
    assert ((posterior > 0.5) == sound).double().mean() > 0.85
    quality = pool.evidence(other.log_probs, other.input_quality).logit[:, 0]
    assert ((quality > 0) == sound[:, 0]).double().mean() > 0.9  # by its energy alone


def test_the_numbers_are_at_the_minimum() -> None:
    rows = planted_evidence(n=3000, n_encoders=2).rows  # so many that the penalties do not matter
    pool = fitted(rows)
    best = loss(pool, rows)
    for name in ("level", "log_exponent", "log_gamma"):
        for step in (-0.4, 0.4):
            moved = copy.deepcopy(pool)
            setattr(moved, name, getattr(moved, name) + step)
            assert loss(moved, rows) > best - 2e-3


def test_the_same_rows_give_the_same_bytes() -> None:
    rows = planted_evidence().rows
    first, second = fitted(rows), fitted(rows)
    assert all(torch.equal(one, other) for one, other in zip(numbers(first), numbers(second), strict=True))


def test_the_prior_is_the_share_of_the_labels() -> None:
    rows = planted_evidence().rows
    pool = fitted(rows)
    expected = (torch.bincount(rows.label, minlength=36) + 1) / (len(rows.label) + 36)
    torch.testing.assert_close(pool.log_prior.exp(), expected.double())


def test_over_emotions_the_prior_is_their_mean_salience() -> None:
    rows = planted_evidence(n=100).rows
    six = rows._replace(log_probs=rows.log_probs[..., :6].log_softmax(-1))
    pool = fitted(six)
    share = (torch.bincount(rows.label, minlength=36).double() + 1) / 136
    torch.testing.assert_close(pool.log_prior.exp(), share @ torch.tensor(SALIENCE))
    assert all(torch.isfinite(value).all() for value in numbers(pool))


def test_the_evidence_of_a_copy_counts_about_once() -> None:
    rows, other = planted_evidence(seed=0).rows, planted_evidence(seed=1).rows
    doubled, other_doubled = (with_encoder(part, part.log_probs[:, 1:2]) for part in (rows, other))
    pool, with_copy = fitted(rows), fitted(doubled)
    counted_twice = EvidencePool(5, 1, 36)
    for name, value in pool.named_buffers():
        is_by_encoder = name != "log_prior"
        setattr(counted_twice, name, torch.cat([value, value[1:2]]) if is_by_encoder else value)
    assert loss(with_copy, other_doubled) < loss(counted_twice, other_doubled)
    assert loss(with_copy, other_doubled) < loss(pool, other) + 0.03


@pytest.mark.parametrize("kind", ["constant", "absent", "nan quality", "one class"])
def test_encoders_and_labels_that_teach_nothing_leave_finite_numbers(kind: str) -> None:
    rows = planted_evidence(n=200).rows
    flat = torch.zeros(200, 1, 1, 36).log_softmax(-1)
    if kind == "constant":
        rows = with_encoder(rows, flat)._replace(
            input_quality=torch.cat([rows.input_quality, torch.zeros(200, 1, 2)], dim=1)
        )
    elif kind == "absent":
        rows = with_encoder(rows, torch.zeros(200, 1, 1, 36), present=False)
    elif kind == "nan quality":
        rows.input_quality[0, 0] = torch.nan
    else:
        rows = rows._replace(label=torch.zeros_like(rows.label))
    pool = fitted(rows)
    evidence = pool.evidence(rows.log_probs, rows.input_quality)
    assert all(torch.isfinite(value).all() for value in numbers(pool))
    assert torch.isfinite(pool(evidence, rows.present)).all()


def test_one_encoder_and_two_classes_are_enough() -> None:
    rows = planted_evidence(n=80, n_encoders=1).rows
    pool = fitted(rows._replace(label=rows.label % 2))
    assert all(torch.isfinite(value).all() for value in numbers(pool))


def test_fifty_encoders_are_fitted() -> None:
    rows = planted_evidence(n=60, n_encoders=50).rows
    pool = fitted(rows)
    assert all(torch.isfinite(value).all() for value in numbers(pool))
    assert loss(pool, rows) < 1
