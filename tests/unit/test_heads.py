import math

import torch

from blemore_cli.core.labels import LABELS, N_LABELS, PAIRS, RATIOS, SETS
from blemore_cli.model.heads import PresenceHead, SalienceHead, joint_log_prob


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def sigmoid(t: float) -> float:
    return 1 / (1 + math.exp(-t))


def test_presence_is_a_distribution_over_the_permitted_sets() -> None:
    log_prob = PresenceHead(8, generator=generator())(torch.randn(4, 8))
    assert log_prob.shape == (4, len(SETS))
    torch.testing.assert_close(log_prob.exp().sum(-1), torch.ones(4))


def test_salience_is_the_cumulative_logit_model() -> None:
    head = SalienceHead(8, generator=generator()).requires_grad_(False)
    x = 10 * torch.randn(4, 8)
    prob = head(x).exp()
    torch.testing.assert_close(prob.sum(-1), torch.ones(4, len(PAIRS)))
    strength, cut = head.strength(x), math.exp(float(head.log_cut))
    lead = float(strength[0, 0] - strength[0, 1])
    expected = [sigmoid(cut - lead) - sigmoid(-cut - lead), sigmoid(lead - cut), sigmoid(-cut - lead)]
    torch.testing.assert_close(prob[0, 0], torch.tensor(expected), atol=1e-5, rtol=1e-4)


def test_salience_starts_near_one_third_each() -> None:
    head = SalienceHead(8, generator=generator())
    torch.testing.assert_close(head(torch.zeros(1, 8)).exp(), torch.full((1, 10, 3), 1 / 3), atol=0.01, rtol=0)


def test_salience_stays_finite_far_out() -> None:
    log_prob = SalienceHead(8, generator=generator())(1e4 * torch.randn(4, 8))
    assert torch.isfinite(log_prob).all()


def test_joint_is_set_times_ratio_in_the_order_of_the_labels() -> None:
    presence = torch.randn(3, 16).log_softmax(-1)
    salience = torch.randn(3, 10, 3).log_softmax(-1)
    joint = joint_log_prob(presence, salience)
    assert joint.shape == (3, N_LABELS)
    torch.testing.assert_close(joint.exp().sum(-1), torch.ones(3))
    for position, label in enumerate(LABELS):
        expected = presence[:, SETS.index(label.emotions)]
        if label.is_blend:
            ratio = RATIOS.index(label.saliences_pct)
            expected = expected + salience[:, PAIRS.index(label.emotions), ratio]
        torch.testing.assert_close(joint[:, position], expected)
