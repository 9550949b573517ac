"""Heads: from the fused latent to label probabilities."""

from typing import Final

from blemore_cli.core.registry import Registry
from blemore_cli.model.heads.base import ProbabilityHeads
from blemore_cli.model.heads.decoupled import DecoupledHeads
from blemore_cli.model.heads.mixture import MixtureHeads
from blemore_cli.model.heads.softmax import SoftmaxEmotions, SoftmaxLabels

__all__ = ["HEADS", "ProbabilityHeads", "register_heads"]

HEADS: Final = Registry[ProbabilityHeads](
    "model.heads",
    "model.heads_options",
    ProbabilityHeads,
    {
        "decoupled": DecoupledHeads,
        "softmax_labels": SoftmaxLabels,
        "softmax_emotions": SoftmaxEmotions,
        "mixture": MixtureHeads,
    },
)
"""The heads by their names in the configuration."""

register_heads: Final = HEADS.register
"""Adds heads, which `model.heads` then takes by their name; see docs/extending.md."""
