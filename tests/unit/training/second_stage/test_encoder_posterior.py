import math
from typing import Any

import numpy as np
import pytest
import torch
from torch.func import functional_call, stack_module_state

from blemore_cli.core.choices import Heads, LatentFusion
from blemore_cli.model.families import ConcatNetwork
from blemore_cli.model.network import Architecture, BlemoreNetwork
from blemore_cli.training.losses import label_log_likelihood
from blemore_cli.training.second_stage.encoder_posterior import (
    EncoderPosterior,
    TrueLabels,
    base_log_likelihood,
    encoder_posterior,
    log_likelihood_alone,
)

WIDTHS = (3, 5, 4)
LABEL = torch.tensor([0, 7, 35, 20])


def network(seed: int = 0, heads: Heads = "decoupled", fusion: LatentFusion = "weighted") -> BlemoreNetwork:
    architecture = Architecture(WIDTHS, d_latent=8, d_gate=4, top_n=2, heads=heads, fusion=fusion)
    model = BlemoreNetwork(architecture, generator=torch.Generator().manual_seed(seed))
    torch.nn.init.normal_(model.gate.query, generator=torch.Generator().manual_seed(seed))
    return model.requires_grad_(False)


def clips(*leading: int) -> tuple[list[torch.Tensor], torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    features = [torch.randn(*leading, len(LABEL), width, generator=generator) for width in WIDTHS]
    shape = (*leading, len(LABEL), len(WIDTHS))
    return features, torch.ones(shape, dtype=torch.bool), torch.rand(shape, generator=generator)


def test_it_is_the_posterior_of_bayes_rule() -> None:
    rng = np.random.default_rng(0)
    scores, evidence = rng.normal(size=(6, 3)), rng.normal(size=(6, 3))
    there = torch.ones(6, 3, dtype=torch.bool)
    found = encoder_posterior(torch.from_numpy(scores), torch.from_numpy(evidence), there, 0.25)
    for clip in range(6):
        for encoder in range(3):
            prior_odds = math.exp(scores[clip, encoder] - scores[clip].mean()) * 0.25 / 0.75
            odds = prior_odds * math.exp(evidence[clip, encoder])  # P_e(y) / P_0(y)
            assert math.isclose(found[clip, encoder], odds / (1 + odds))


def test_absent_encoders_do_not_move_the_level_and_more_than_half_counts_as_half() -> None:
    evidence = torch.zeros(1, 3)
    there = torch.tensor([[True, True, False]])
    found = encoder_posterior(torch.tensor([[1.0, 3.0, 50.0]]), evidence, there, 0.5)
    torch.testing.assert_close(found[0, :2], torch.sigmoid(torch.tensor([-1.0, 1.0])))
    torch.testing.assert_close(encoder_posterior(torch.zeros(1, 3), evidence, there, 1.0), torch.full((1, 3), 0.5))


@pytest.mark.parametrize(
    "how",
    [{}, {"heads": "softmax_emotions"}, {"heads": "softmax_labels"}, {"heads": "mixture"}, {"fusion": "rank"}],
    ids=str,
)
def test_alone_is_what_the_network_predicts_where_nothing_else_is_there(how: dict[str, Any]) -> None:
    model, (features, present, draws) = network(**how), clips()
    alone = log_likelihood_alone(model, features, LABEL)
    for encoder in range(len(WIDTHS)):
        only = torch.zeros_like(present)
        only[:, encoder] = True
        expected = label_log_likelihood(model(features, only, draws).log_prob, LABEL)
        torch.testing.assert_close(alone[:, encoder], expected)


def test_base_is_the_share_of_the_labels_with_one_more_of_each() -> None:
    train, label = np.array([0, 0, 5]), np.array([0, 5, 9])
    np.testing.assert_allclose(base_log_likelihood(train, label).exp(), [3 / 39, 2 / 39, 1 / 39], rtol=1e-6)


def test_only_a_gate_that_is_told_the_truth_says_how_useful_encoders_are() -> None:
    features, present, draws = clips()
    truth = TrueLabels(LABEL, torch.zeros(len(LABEL)))
    baseline = ConcatNetwork(Architecture(WIDTHS, family="linear"), generator=torch.Generator().manual_seed(0))
    assert EncoderPosterior(baseline)(features, present, draws, truth)[1] is None
    assert EncoderPosterior(network())(features, present, draws, None)[1] is None
    predictions = EncoderPosterior(network())(features, present, draws, truth)[1]
    assert predictions is not None
    assert predictions.shape == present.shape
    assert ((predictions > 0) & (predictions < 1)).all()


def test_stacked_networks_say_what_each_says_alone() -> None:
    witnesses = [EncoderPosterior(network(seed)) for seed in (0, 1)]
    features, present, draws = clips(2)
    truth = TrueLabels(LABEL.expand(2, -1), torch.zeros(2, len(LABEL)))
    parameters, buffers = stack_module_state(list[torch.nn.Module](witnesses))
    _, together = functional_call(witnesses[0], {**parameters, **buffers}, (features, present, draws, truth))
    for run, witness in enumerate(witnesses):
        own = TrueLabels(*(field[run] for field in truth))
        _, alone = witness([x[run] for x in features], present[run], draws[run], own)
        torch.testing.assert_close(together[run], alone)
