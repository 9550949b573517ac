"""Network families: the gated network, with fusion of latents or of evidence, and baselines with early fusion."""

from collections.abc import Sequence
from typing import Final

import torch
from torch import Tensor

from blemore_cli.core.choices import FUSES_DISTRIBUTIONS, Family
from blemore_cli.model.evidence.network import EvidenceNetwork
from blemore_cli.model.heads import HEADS
from blemore_cli.model.linear import Linear
from blemore_cli.model.network import PREDICTION, Architecture, BlemoreNetwork, FusionNetwork, Output, TrainingStep

HIDDEN: Final[dict[Family, int]] = {"linear": 0, "mlp256": 256, "mlp512": 512}
"""Width of the hidden layer of the baselines that are trained in epochs; the others are linear over the labels."""


def build_network(architecture: Architecture, *, generator: torch.Generator) -> FusionNetwork:
    """A network of the architecture's family, with initial weights from the generator."""
    if architecture.family != "gated":
        return ConcatNetwork(architecture, generator=generator)
    network = EvidenceNetwork if architecture.fusion in FUSES_DISTRIBUTIONS else BlemoreNetwork
    return network(architecture, generator=generator)


class ConcatNetwork(FusionNetwork):
    """Concatenation, an optional hidden ReLU layer, and heads.

    Of the architecture it reads the widths, the family and, where the family is trained, the heads.

    Source: BLEMORE dataset paper, arXiv 2601.13225, and BlEmoRe/blemore-common. Initial weights are drawn as
    `torch.nn.Linear` draws them; initial biases are zero, where theirs are uniform in +-1/sqrt(d_in). On the
    challenge's features that changed the held-out loss of the MLP-512 by less than 0.001 nats.
    """

    def __init__(self, architecture: Architecture, *, generator: torch.Generator) -> None:
        d_in, d_hidden = sum(architecture.widths), HIDDEN.get(architecture.family, 0)
        super().__init__(architecture, d_fused=d_hidden or d_in)
        heads = architecture.heads if architecture.family in HIDDEN else "softmax_labels"
        self.hidden = Linear(d_in, d_hidden, generator=generator) if d_hidden else None
        self.heads = HEADS.new(heads, self.d_fused, generator=generator, options=architecture.heads_options)

    def forward(
        self,
        features: Sequence[Tensor],
        present: Tensor,
        draws: Tensor,  # noqa: ARG002 - the call of BlemoreNetwork
        step: TrainingStep = PREDICTION,  # noqa: ARG002
    ) -> Output:
        """Predicts B clips, with arguments as for `BlemoreNetwork.forward`; draws and step are not read.

        Features are 0 where an encoder is absent, so that absent encoders add nothing.

        Returns:
            Log probabilities (..., M, B, K); equal weights of the encoders that are present; scores of 0; and as fused
            (..., B, d) the hidden layer, or the features side by side.
        """
        fused = torch.cat(tuple(features), dim=-1)  # (..., B, D)
        if self.hidden is not None:
            fused = torch.relu(self.hidden(fused))  # (..., B, d)
        available = present.to(fused.dtype)
        weights = available / available.sum(-1, keepdim=True).clamp_min(1)  # (..., B, E)
        return Output(self.heads.head_log_probs(fused), weights, torch.zeros_like(weights), fused)


def set_linear(network: ConcatNetwork, weight: Tensor, bias: Tensor) -> None:
    """Gives a network with `softmax_labels` heads alone coefficients that were fitted elsewhere.

    The weight is (D, 36), for the features side by side; the bias (36,).
    """
    network.heads.load_state_dict({"logits.weight": weight, "logits.bias": bias})
