"""What training minimises."""

from torch import Tensor


def label_loss(log_prob: Tensor, label: Tensor) -> Tensor:
    """Mean negative log-likelihood of the permitted labels.

    Because log P(label) = log P(set) + log P(ratio | set), this is the cross-entropy of the presence head plus that
    of the salience head on the blends.

    Args:
        log_prob: (..., B, 36) log probabilities.
        label: (..., B) positions in `labels.LABELS`.

    Returns:
        (...,) loss in nats, 0 or more.
    """
    return -log_prob.gather(-1, label.unsqueeze(-1)).squeeze(-1).mean(-1)
