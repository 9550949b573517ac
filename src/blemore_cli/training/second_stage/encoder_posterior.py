"""Encoder posterior: the probability that an encoder is useful for a clip, given its true label.

It is computed for clips that the network did not learn from. On training clips every encoder looks useful, the noise
that it has learned by heart included. The second stage fits the gate to it.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from blemore_cli.core.labels import N_LABELS
from blemore_cli.core.types import Ints
from blemore_cli.model.heads.base import linear_pool
from blemore_cli.model.network import BlemoreNetwork, FusionNetwork, Output
from blemore_cli.model.selection import most_kept
from blemore_cli.training.losses import label_log_likelihood


class TrueLabels(NamedTuple):
    """True labels of B clips.

    Attributes:
        label: (..., B) true labels, positions in `labels.LABELS`.
        base: (..., B) their log likelihood under the shares of the labels among the training clips.
    """

    label: Tensor
    base: Tensor


def base_log_likelihood(train: Ints, label: Ints) -> Tensor:
    """Log likelihood of labels without any encoder, (N,) float32: the log of their share among the training labels.

    Every label counts once more in training, so that none has a share of 0.

    Examples:
        >>> base_log_likelihood(np.array([0] * 64), np.array([0, 1])).exp()
        tensor([0.6500, 0.0100])
    """
    counts = np.bincount(train, minlength=N_LABELS) + 1
    return torch.from_numpy(np.log(counts / counts.sum())[label].astype(np.float32))


class EncoderPosterior(nn.Module):
    """A network that also computes encoder posteriors, for clips whose labels are known.

    Args:
        network: Any network of `model`; a baseline has no gate, and so no posteriors.
    """

    def __init__(self, network: FusionNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(
        self, features: Sequence[Tensor], present: Tensor, draws: Tensor, truth: TrueLabels | None
    ) -> tuple[Output, Tensor | None]:
        """The network's output, and (..., B, E) posteriors in (0, 1) if the true labels are given."""
        output: Output = self.network(features, present, draws)
        if truth is None or not isinstance(self.network, BlemoreNetwork):
            return output, None
        alone = log_likelihood_alone(self.network, features, truth.label)
        a = self.network.architecture
        share = most_kept(a.selection, len(a.widths), a.top_n) / len(a.widths)
        return output, encoder_posterior(output.scores, alone - truth.base.unsqueeze(-1), present, share)


def log_likelihood_alone(network: BlemoreNetwork, features: Sequence[Tensor], label: Tensor) -> Tensor:
    """Encoder log-likelihood (..., B, E): that of the true labels (..., B) if predicted from one encoder alone."""
    latents = network.project(features)  # (..., B, E, d)
    single = torch.eye(latents.shape[-2], dtype=latents.dtype, device=latents.device)  # all weight on one encoder
    alone = [
        label_log_likelihood(linear_pool(network.heads.head_log_probs(network.fuse(latents, weights))), label)
        for weights in (row.expand(latents.shape[:-1]) for row in single)
    ]
    return torch.stack(alone, dim=-1)


def encoder_posterior(scores: Tensor, evidence: Tensor, present: Tensor, share: float) -> Tensor:
    """Probability that an encoder is useful for a clip, given its label: that it predicts this label.

    By Bayes' rule for each encoder, with the gate as the prior and the label as the evidence:

        logit u_e = log P_e(y) - log P_0(y) + s_e - mean of s + logit(share)

    P_e is the prediction from encoder e alone, P_0 the shares of the labels, s the gate's scores. It is the E-step of
    a mixture of experts, with a binary variable for each encoder in place of one expert for each clip: where several
    encoders predict the label, their posteriors need not sum to 1.

    Source: Jordan and Jacobs 1994, Hierarchical mixtures of experts and the EM algorithm, Neural Computation 6(2).

    Args:
        scores: (..., B, E) of the gate.
        evidence: (..., B, E) log P_e(y) - log P_0(y).
        present: (..., B, E) bool.
        share: Prior share of the encoders that are useful for a clip; at most a half counts.

    Returns:
        (..., B, E) in (0, 1); of no meaning where an encoder is absent.

    Examples:
        >>> evidence = torch.tensor([[2.0, 0.0, -2.0]])
        >>> encoder_posterior(torch.zeros(1, 3), evidence, torch.ones(1, 3, dtype=torch.bool), 0.5)
        tensor([[0.8808, 0.5000, 0.1192]])
    """
    is_present = present.to(scores.dtype)
    level = (scores * is_present).sum(-1, keepdim=True) / is_present.sum(-1, keepdim=True).clamp_min(1)
    capped = min(share, 0.5)
    return torch.sigmoid(evidence + scores - level + math.log(capped / (1 - capped)))
