import numpy as np
import pytest
import torch
from sklearn.metrics import log_loss
from torch.nn import functional as F

from blemore_cli.core.labels import SALIENCE
from blemore_cli.model.heads.base import linear_pool
from blemore_cli.training.losses import imbalance, label_loss, mean_label_loss


def test_equals_scikit_learns_log_loss() -> None:
    prob = torch.rand(7, 36, dtype=torch.float64).softmax(-1)
    label = torch.randint(0, 36, (7,))
    expected = log_loss(label.numpy(), prob.numpy(), labels=np.arange(36))
    assert abs(float(label_loss(prob.log(), label)) - expected) < 1e-12


def test_over_emotions_is_the_organisers_loss_up_to_the_entropy_of_the_target() -> None:
    logits = torch.randn(36, 6, dtype=torch.float64, requires_grad=True)
    label, target = torch.arange(36), torch.tensor(SALIENCE)
    divergence = F.kl_div(logits.log_softmax(-1), target, reduction="batchmean")
    entropy = -torch.xlogy(target, target).sum() / 36
    loss = label_loss(logits.log_softmax(-1), label)
    torch.testing.assert_close(loss, divergence + entropy)
    gradients = [torch.autograd.grad(each, logits)[0] for each in (loss, divergence)]
    torch.testing.assert_close(gradients[0], gradients[1])


@pytest.mark.parametrize("n_columns", [36, 6])
def test_leading_dimensions_keep_models_apart(n_columns: int) -> None:
    log_prob, label = torch.randn(3, 7, n_columns).log_softmax(-1), torch.randint(0, 36, (3, 7))
    together = label_loss(log_prob, label)
    torch.testing.assert_close(together, torch.stack([label_loss(log_prob[r], label[r]) for r in range(3)]))


@pytest.mark.parametrize("n_columns", [36, 6])
def test_padded_rows_change_neither_loss_nor_gradient(n_columns: int) -> None:
    logits = torch.randn(2, 5, n_columns, requires_grad=True)
    label, share = torch.randint(0, 36, (2, 5)), torch.zeros(2, 5)
    n_real = (5, 3)
    for run, n in enumerate(n_real):
        share[run, :n] = 1 / n
    loss = label_loss(logits.log_softmax(-1), label, share)
    expected = [label_loss(logits[run, :n].log_softmax(-1), label[run, :n]) for run, n in enumerate(n_real)]
    torch.testing.assert_close(loss, torch.stack(expected))
    (gradient,) = torch.autograd.grad(loss.sum(), logits)
    assert torch.isfinite(gradient).all()
    assert not gradient[1, 3:].any()
    assert gradient[1, :3].any()


@pytest.mark.parametrize("n_columns", [36, 6])
@pytest.mark.parametrize("leading", [(), (3,)])
def test_the_mean_loss_of_heads_is_that_of_a_plain_loop(n_columns: int, leading: tuple[int, ...]) -> None:
    head_log_probs = torch.randn(*leading, 2, 7, n_columns).log_softmax(-1)
    label, share = torch.randint(0, 36, (*leading, 7)), torch.rand(*leading, 7).softmax(-1)
    share[..., 4:] = 0
    for given in (None, share):
        own = [label_loss(head_log_probs[..., head, :, :], label, given) for head in range(2)]
        torch.testing.assert_close(mean_label_loss(head_log_probs, label, given), (own[0] + own[1]) / 2)


def test_each_head_gets_the_gradient_of_its_own_loss() -> None:
    head_log_probs, label = torch.randn(2, 7, 36).log_softmax(-1).requires_grad_(), torch.randint(0, 36, (7,))
    (found,) = torch.autograd.grad(mean_label_loss(head_log_probs, label), head_log_probs)
    for head in range(2):
        (alone,) = torch.autograd.grad(label_loss(head_log_probs[head], label), head_log_probs)
        torch.testing.assert_close(found[head], alone[head] / 2)


def test_the_loss_of_a_single_head_is_its_label_loss_to_the_bit() -> None:
    log_prob, label = torch.randn(3, 7, 36).log_softmax(-1), torch.randint(0, 36, (3, 7))
    assert torch.equal(mean_label_loss(log_prob.unsqueeze(1), label), label_loss(log_prob, label))


def test_the_pool_loses_at_most_what_its_heads_lose() -> None:
    head_log_probs, label = torch.randn(2, 7, 36).log_softmax(-1), torch.randint(0, 36, (7,))
    assert label_loss(linear_pool(head_log_probs), label) <= mean_label_loss(head_log_probs, label)


def test_equal_encoders_are_balanced_and_one_that_takes_all_is_not() -> None:
    share = torch.full((5,), 0.2)
    assert imbalance(torch.full((5, 4), 0.25), share) == 0
    assert imbalance(torch.eye(4)[torch.zeros(5, dtype=torch.int64)], share) == 3


def test_it_is_the_squared_coefficient_of_variation_of_the_mean_weights() -> None:
    weights = np.random.default_rng(0).dirichlet(np.ones(3), size=8)
    mean = weights.mean(axis=0)
    expected = (mean.std() / mean.mean()) ** 2
    found = imbalance(torch.from_numpy(weights), torch.full((8,), 1 / 8, dtype=torch.float64))
    np.testing.assert_allclose(found.item(), expected)


def test_padding_counts_nothing_and_models_stay_apart() -> None:
    weights = torch.rand(2, 6, 3).softmax(-1)
    share = torch.tensor([0.25] * 4 + [0.0] * 2).expand(2, 6)
    alone = [imbalance(own[:4], torch.full((4,), 0.25)) for own in weights]
    torch.testing.assert_close(imbalance(weights, share), torch.stack(alone))
