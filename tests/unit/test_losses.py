import numpy as np
import torch
from sklearn.metrics import log_loss

from blemore_cli.training.losses import label_loss


def test_equals_scikit_learns_log_loss() -> None:
    prob = torch.rand(7, 36, dtype=torch.float64).softmax(-1)
    label = torch.randint(0, 36, (7,))
    expected = log_loss(label.numpy(), prob.numpy(), labels=np.arange(36))
    assert abs(float(label_loss(prob.log(), label)) - expected) < 1e-12


def test_leading_dimensions_keep_models_apart() -> None:
    log_prob, label = torch.randn(3, 7, 36).log_softmax(-1), torch.randint(0, 36, (3, 7))
    together = label_loss(log_prob, label)
    torch.testing.assert_close(together, torch.stack([label_loss(log_prob[r], label[r]) for r in range(3)]))
