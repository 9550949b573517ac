import numpy as np
import pytest
import torch
from tests.fixtures.evidence import planted_evidence

from blemore_cli.core.choices import Selection, TopN
from blemore_cli.core.types import Floats
from blemore_cli.model.evidence.evidence_pool import Evidence
from blemore_cli.model.evidence.network import EvidenceNetwork
from blemore_cli.model.evidence.quality import quality_features
from blemore_cli.model.network import Architecture
from blemore_cli.training.evidence.network_fit import discount_shifted, fit_selection, row_weights, standardise_quality
from blemore_cli.training.evidence.pool_fit import CrossFitted, fit_pool
from blemore_cli.training.scaler import Rows

ALONE = torch.arange(600)
"""Actors of one clip each."""


def network(selection: Selection = "learned", top_n: TopN = 2) -> EvidenceNetwork:
    architecture = Architecture((3, 4, 5, 6), d_latent=4, selection=selection, top_n=top_n)
    return EvidenceNetwork(architecture, generator=torch.Generator().manual_seed(0)).requires_grad_(False)


def fit(model: EvidenceNetwork, rows: CrossFitted, draws: torch.Tensor) -> Floats:
    fit_pool(model.pool, rows)
    evidence, generator = of(model, rows), torch.Generator().manual_seed(0)
    return fit_selection(model, rows, evidence, draws, ALONE[: len(draws)], generator=generator)


def of(model: EvidenceNetwork, rows: CrossFitted) -> Evidence:
    return model.pool.evidence(rows.log_probs, rows.input_quality)


def right(prob: object, label: torch.Tensor) -> float:
    return float((torch.as_tensor(prob).argmax(-1) == label).double().mean())


@pytest.mark.parametrize("top_n", [2, "auto"])
def test_every_rule_that_reads_evidence_is_better_than_random(top_n: TopN) -> None:
    rows = planted_evidence().rows
    draws = torch.rand(len(rows.label), 4, generator=torch.Generator().manual_seed(0))
    rules: tuple[Selection, ...] = ("random", "learned", "quality", "neighbours", "greedy")
    random, *others = (fit(network(rule, top_n), rows, draws) for rule in rules)
    for prob in others:
        assert prob.shape == (600, 36)
        assert right(prob, rows.label) > right(random, rows.label) + 0.02


def test_auto_has_a_threshold_and_numbers_have_none() -> None:
    rows, draws = planted_evidence(n=100).rows, torch.rand(100, 4)
    numbered, auto = network(), network(top_n="auto")
    for each in (numbered, auto):
        fit(each, rows, draws)
    assert float(numbered.select.threshold) == 0 < float(auto.select.threshold)


def test_shift_weights_multiply_the_prior_soundness_after_the_fit() -> None:
    rows, draws = planted_evidence(n=100).rows, torch.rand(100, 4)
    model = network()
    fit(model, rows, draws)
    before = of(model, rows).logit.sigmoid()
    discount_shifted(model, (1.0, 0.5, 0.0, 1.0))
    after = of(model, rows).logit.sigmoid()
    torch.testing.assert_close(after, before * torch.tensor([1.0, 0.5, 1.0, 1.0], dtype=torch.float64))
    discount_shifted(model, ())
    assert torch.equal(of(model, rows).logit.sigmoid(), after)


def test_rows_are_weighted_by_the_prior_soundness_of_each_encoder_in_the_order_of_the_training() -> None:
    rows = planted_evidence(n=100).rows
    model = network()
    fit(model, rows, torch.rand(100, 4))
    numbers = np.random.default_rng(0).permutation(np.arange(50, 150))
    train = np.sort(numbers)
    weight = row_weights(of(model, rows), numbers, train)
    prior = of(model, rows).logit.sigmoid()
    torch.testing.assert_close(weight.mean(0), torch.ones(4))
    place = {int(number): i for i, number in enumerate(numbers)}
    for i in (0, 17, 99):
        expected = prior[place[int(train[i])]] / prior.mean(0)
        torch.testing.assert_close(weight[i], expected.float())
    assert row_weights(of(model, rows), numbers, train + 1).eq(1).all()


def test_quality_is_standardised_by_the_heads_of_the_network_where_there_are_rows() -> None:
    model, evidence = network(), planted_evidence(n=100).rows
    generator = torch.Generator().manual_seed(1)
    rows = Rows(3 * torch.randn(80, 18, generator=generator), torch.ones(80, 4, dtype=torch.bool))
    rows.present[:, 3] = False
    standardise_quality([model], rows)
    assert model.pool.centre.eq(0).all()  # not fitted yet
    fit(model, evidence, torch.rand(100, 4))
    absent = model.pool.centre[3].clone()
    standardise_quality([model], rows)
    features = model.architecture.features(rows.columns)
    log_probs = model.log_probs(model.project(features), rows.present)
    quality = quality_features(log_probs, model.input_quality(features))[:, :3]
    torch.testing.assert_close(model.pool.centre[:3], quality.mean(0))
    is_constant = quality.std(0, correction=0) < 1e-6  # scores of a gate whose queries are still 0
    torch.testing.assert_close(model.pool.scale[:3], quality.std(0, correction=0).masked_fill(is_constant, 1))
    assert torch.equal(model.pool.centre[3], absent)
