from typing import get_args

import pytest
import torch

from blemore_cli.core.choices import Selection
from blemore_cli.model.evidence.network import EvidenceNetwork
from blemore_cli.model.network import Architecture, Output, TrainingStep

WIDTHS = (4, 7, 3)


def fitted(**settings: object) -> EvidenceNetwork:
    """A network whose pool has some numbers, as after a fit."""
    generator = torch.Generator().manual_seed(0)
    network = EvidenceNetwork(Architecture(WIDTHS, d_latent=6, **settings), generator=generator)  # type: ignore[arg-type]
    network.pool.is_fitted = torch.ones(1, dtype=torch.bool)
    network.pool.level = torch.tensor([1.0, 0.0, -1.0], dtype=torch.float64)
    network.pool.slope.normal_(generator=generator)
    network.pool.log_gamma = torch.tensor([0.3, 0.1, -0.2], dtype=torch.float64)
    return network.requires_grad_(False)


def predicted(network: EvidenceNetwork, present: torch.Tensor) -> Output:
    generator = torch.Generator().manual_seed(1)
    features = [torch.randn(len(present), width, generator=generator) for width in WIDTHS]
    features = [x * there.unsqueeze(-1) for x, there in zip(features, present.T, strict=True)]
    output: Output = network(features, present, torch.rand(len(present), 3, generator=generator))
    return output


@pytest.mark.parametrize("selection", get_args(Selection))
@pytest.mark.parametrize("top_n", [1, 2, 3])
def test_predictions_are_distributions_and_weights_are_of_what_is_kept(selection: Selection, top_n: int) -> None:
    present = torch.ones(20, 3, dtype=torch.bool)
    present[::2, 0] = False
    output = predicted(fitted(selection=selection, top_n=top_n), present)
    torch.testing.assert_close(output.log_prob.exp().sum(-1), torch.ones(20, dtype=torch.float64))
    torch.testing.assert_close(output.weights.sum(-1).double(), torch.ones(20, dtype=torch.float64))
    n_kept = present.sum(-1) if selection in ("full", "mean") else present.sum(-1).clamp_max(top_n)
    assert torch.equal((output.weights > 0).sum(-1), n_kept)
    assert not output.weights[~present].any()


@pytest.mark.parametrize("top_n", [3, 5])
def test_keeping_as_many_as_there_are_selects_nothing(top_n: int) -> None:
    present = torch.ones(20, 3, dtype=torch.bool)
    kept, full = (predicted(fitted(selection=rule, top_n=top_n), present) for rule in ("learned", "full"))
    assert torch.equal(kept.log_prob, full.log_prob)
    assert torch.equal(kept.weights, full.weights)


def test_one_encoder_is_never_dropped() -> None:
    network = EvidenceNetwork(Architecture((4,), top_n=1), generator=torch.Generator()).requires_grad_(False)
    output = network([torch.randn(5, 4)], torch.ones(5, 1, dtype=torch.bool), torch.rand(5, 1))
    assert output.weights.eq(1).all()
    assert torch.isfinite(output.log_prob).all()


def test_before_the_fit_it_predicts_by_a_geometric_mean() -> None:
    network, present = fitted(top_n=1), torch.ones(20, 3, dtype=torch.bool)
    network.pool.is_fitted = torch.zeros(1, dtype=torch.bool)
    output = predicted(network, present)
    torch.testing.assert_close(output.log_prob, output.head_log_probs.mean(0).log_softmax(-1))
    assert output.weights.eq(1 / 3).all()


def test_the_best_by_posterior_soundness_are_kept() -> None:
    output = predicted(fitted(top_n=1), torch.ones(20, 3, dtype=torch.bool))
    assert torch.equal(output.weights.argmax(-1), output.scores.argmax(-1))


def test_a_mean_is_the_mean_of_the_distributions() -> None:
    network, present = fitted(selection="mean"), torch.ones(20, 3, dtype=torch.bool)
    output = predicted(network, present)
    by_encoder = output.head_log_probs.double().transpose(0, 1)  # (B, E, K), with one head each
    torch.testing.assert_close(output.log_prob.exp(), by_encoder.exp().mean(1), atol=1e-6, rtol=0)


def test_an_absent_encoder_changes_nothing_and_learns_nothing() -> None:
    network = fitted(selection="full").requires_grad_(True)
    present = torch.tensor([[True, True, False]]).expand(4, 3)
    features = [torch.randn(4, width) for width in WIDTHS]
    drops = torch.rand(4, 6)
    first = network(features, present, torch.rand(4, 3))
    features[2] = features[2] + 5
    assert torch.equal(first.log_prob, network(features, present, torch.rand(4, 3)).log_prob)
    network(features, present, torch.rand(4, 3), TrainingStep(drops=drops)).head_log_probs.sum().backward()
    gradient = network.heads.heads.get_parameter("presence.terms.weight").grad
    assert gradient is not None
    assert gradient[0].any()
    assert not gradient[2].any()


@pytest.mark.parametrize("selection", ["learned", "mean"])
def test_a_clip_without_any_encoder_gets_the_prior(selection: Selection) -> None:
    network = fitted(selection=selection)
    network.pool.log_prior = torch.randn(36, dtype=torch.float64).log_softmax(-1)
    output = predicted(network, torch.zeros(2, 3, dtype=torch.bool))
    torch.testing.assert_close(output.log_prob, network.pool.log_prior.expand(2, 36))
    assert not output.weights.any()


def test_one_row_of_twelve_wide_encoders_is_predicted_like_many() -> None:
    architecture = Architecture((7168,) * 12, d_latent=4, top_n=3)
    network = EvidenceNetwork(architecture, generator=torch.Generator().manual_seed(0)).requires_grad_(False)
    network.pool.is_fitted = torch.ones(1, dtype=torch.bool)
    features = [6 * torch.randn(3, 7168, generator=torch.Generator().manual_seed(e)) for e in range(12)]
    present, draws = torch.ones(3, 12, dtype=torch.bool), torch.rand(3, 12)
    many = network(features, present, draws)
    one = network([x[:1] for x in features], present[:1], draws[:1])
    torch.testing.assert_close(one.log_prob, many.log_prob[:1], atol=1e-4, rtol=1e-4)
    assert torch.isfinite(many.log_prob).all()


def test_all_encoders_are_pooled_once_and_the_kept_ones_once() -> None:
    network, pooled = fitted(top_n=1), []
    network.pool.register_forward_hook(lambda *call: pooled.append(int(call[1][1].sum())))
    predicted(network, torch.ones(20, 3, dtype=torch.bool))
    assert pooled == [60, 20]
