import numpy as np
import pytest
import torch
from sklearn.metrics import log_loss

from blemore_cli.core.labels import SALIENCE
from blemore_cli.evaluation.scoring.log_loss import held_out_losses
from blemore_cli.training.losses import label_loss


@pytest.mark.parametrize("n_columns", [36, 6])
def test_mean_is_the_training_loss(n_columns: int) -> None:
    log_prob = torch.randn(50, n_columns, dtype=torch.float64).log_softmax(-1)
    label = np.arange(50) % 36
    losses = held_out_losses(label, log_prob.exp().numpy())
    assert losses.shape == (50,)
    assert losses.mean() == pytest.approx(float(label_loss(log_prob, torch.from_numpy(label))))


def test_equals_scikit_learns_log_loss_of_each_clip() -> None:
    prob = np.random.default_rng(0).dirichlet(np.ones(36), size=4)
    label = np.array([0, 35, 7, 7])
    expected = [log_loss([y], [p], labels=np.arange(36)) for y, p in zip(label, prob, strict=True)]
    np.testing.assert_allclose(held_out_losses(label, prob), expected)


def test_saliences_themselves_lose_their_entropy_alone() -> None:
    entropy = [0.0] * 6 + [np.log(2), *[-0.7 * np.log(0.7) - 0.3 * np.log(0.3)] * 2] * 10
    np.testing.assert_allclose(held_out_losses(np.arange(36), SALIENCE), entropy, atol=1e-15)


@pytest.mark.parametrize("n_columns", [36, 6])
def test_a_certain_mistake_is_finite_and_worse_than_any_other(n_columns: int) -> None:
    certain, small = np.eye(n_columns, dtype=np.float32)[[1]], np.full((1, n_columns), 1e-30)
    label = np.array([0])
    assert np.isfinite(held_out_losses(label, certain)).all()
    assert held_out_losses(label, certain) > held_out_losses(label, small)
