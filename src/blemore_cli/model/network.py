"""Rank-aware gated fusion network. START HERE: project -> gate -> select -> fuse -> heads, one line an arrow.

B clips, E encoders, D_e raw width of an encoder, d latent width. Every tensor may carry leading dimensions, so that
the same code trains R models at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import torch
from torch import Tensor, nn

from blemore_cli.core.choices import Family, Selection, TopN
from blemore_cli.core.config.schema import FusionName, GateName, ModelConfig, NamedHeads, Options
from blemore_cli.model.fusion import FUSIONS
from blemore_cli.model.fusion.base import dropped, fusion_weights
from blemore_cli.model.gate import GATES, Gate
from blemore_cli.model.heads import HEADS
from blemore_cli.model.heads.base import linear_pool
from blemore_cli.model.projection import EncoderProjections
from blemore_cli.model.selection import Selector, most_kept

DEFAULT: Final = ModelConfig()
"""The defaults, which stand in the schema of the configuration."""


@dataclass(frozen=True)
class Architecture:
    """Description of a network: the settings of `ModelConfig`, without those of its input.

    Attributes:
        widths: D_e of each encoder, in the order of the features.
        fusion: Where none is named, that of the network that is described here, which fuses latents.
        gate_view: Positions of the encoders that the gate reads; empty where it reads all.
        cost: Cost of each encoder, which `greedy` weighs against its value; empty where all cost the same.
    """

    widths: tuple[int, ...]
    family: Family = DEFAULT.family
    heads: NamedHeads = DEFAULT.heads
    heads_options: Options = field(default_factory=dict)
    d_latent: int = DEFAULT.d_latent
    d_gate: int = DEFAULT.d_gate
    selection: Selection = DEFAULT.selection
    top_n: TopN = DEFAULT.top_n
    fusion: FusionName = "weighted"
    fusion_options: Options = field(default_factory=dict)
    temperature: float = DEFAULT.temperature
    dropout: float = DEFAULT.dropout
    gate_view: tuple[int, ...] = ()
    gate: GateName = DEFAULT.gate
    gate_options: Options = field(default_factory=dict)
    cost: tuple[float, ...] = ()

    def features(self, columns: Tensor) -> Sequence[Tensor]:
        """Cuts (..., B, D) columns of all encoders side by side into E tensors (..., B, D_e), without copying."""
        return torch.split(columns, list(self.widths), dim=-1)

    def new_gate(self, generator: torch.Generator) -> Gate:
        """A gate with initial weights; `attention` with a view is `view`."""
        kind = "view" if self.gate_view and self.gate == "attention" else self.gate
        sizes = self.widths, self.gate_view, self.d_gate
        return GATES.new(kind, *sizes, generator=generator, options=self.gate_options)


class Output(NamedTuple):
    """Output of a network for B clips.

    Attributes:
        head_log_probs: (..., M, B, K) log probabilities of M heads, 1 unless they are a mixture; K is 36, the permitted
            labels, or 6 with heads over the emotions.
        weights: (..., B, E) fusion weights, 0 where not selected.
        scores: (..., B, E) gate scores.
        fused: (..., B, d) fused latents.
        pooled: (..., B, K) log probabilities where the heads are the encoders' and are joined otherwise than by their
            mean; None elsewhere.
        soundness: (..., B, E) posterior probability that an encoder is sound for the clip, given what all present
            encoders say, 0 where absent; None where encoders are not told apart so.
    """

    head_log_probs: Tensor
    weights: Tensor
    scores: Tensor
    fused: Tensor
    pooled: Tensor | None = None
    soundness: Tensor | None = None

    @property
    def log_prob(self) -> Tensor:
        """The prediction: (..., B, K) log probabilities, the linear pool of the heads if nothing else was pooled."""
        return linear_pool(self.head_log_probs) if self.pooled is None else self.pooled


class TrainingStep(NamedTuple):
    """Settings of a training step. Randomness comes in as tensors, so that stacked models stay apart.

    Attributes:
        exploration: Scale of the Gumbel noise on the gate's scores.
        dense: Fuse every encoder, as in the warm-up.
        drops: (..., B, d) uniform in (0, 1), which decide what is dropped of the fused latents; None drops nothing.
        balance: Weight of the load-balancing loss.
        adaptation_weight: Weight of the adaptation loss.
    """

    exploration: float = 0.0
    dense: bool = False
    drops: Tensor | None = None
    balance: float = 0.0
    adaptation_weight: float = 0.0


PREDICTION: Final = TrainingStep()


class FusionNetwork(nn.Module):
    """Base of the networks, whose forward is called as `BlemoreNetwork`'s.

    Attributes:
        architecture: The description that it was built from.
        d_fused: Width of what its heads read, the `fused` of its output.
    """

    def __init__(self, architecture: Architecture, *, d_fused: int) -> None:
        super().__init__()
        self.architecture, self.d_fused = architecture, d_fused


class BlemoreNetwork(FusionNetwork):
    """Rank-aware gated fusion of many encoders. Source: arXiv 2605.21417, with the heads of `model.heads.decoupled`."""

    def __init__(self, architecture: Architecture, *, generator: torch.Generator) -> None:
        a = architecture
        project = EncoderProjections(a.widths, a.d_latent, generator=generator)
        gate = a.new_gate(generator)
        sizes = len(a.widths), most_kept(a.selection, len(a.widths), a.top_n), a.d_latent
        fuse = FUSIONS.new(a.fusion, *sizes, generator=generator, options=a.fusion_options)
        super().__init__(a, d_fused=fuse.n_places * a.d_latent)
        self.project, self.gate = project, gate
        self.select = Selector(a.selection, len(a.widths), a.top_n)
        self.fuse = fuse
        self.heads = HEADS.new(a.heads, self.d_fused, generator=generator, options=a.heads_options)

    def forward(
        self, features: Sequence[Tensor], present: Tensor, draws: Tensor, step: TrainingStep = PREDICTION
    ) -> Output:
        """Predicts the label distribution of B clips.

        Args:
            features: E tensors (..., B, D_e), standardised, 0 where absent.
            present: (..., B, E) bool, at least one true for each clip.
            draws: (..., B, E) uniform in (0, 1): the random selection's ranking, and the exploration noise.
            step: Settings of a training step; the default predicts.
        """
        latents = self.project(features)  # (..., B, E, d)
        scores = self.gate(features)  # (..., B, E)
        kept = present if step.dense else self.select(scores, draws, present, step.exploration)  # (..., B, E) bool
        return self.read(latents, scores, kept, step.drops)

    def read(self, latents: Tensor, scores: Tensor, kept: Tensor, drops: Tensor | None = None) -> Output:
        """The arrows after the selection, for whatever is kept.

        Args:
            latents: (..., B, E, d); of encoders that are not kept they do not matter, as long as they are finite.
            scores: (..., B, E) of the gate.
            kept: (..., B, E) bool, at least one true for each clip.
            drops: As in `TrainingStep`.
        """
        votes = self.select.votes(self.fuse.votes(scores, kept))  # (..., B, E)
        weights = fusion_weights(votes, kept, self.architecture.temperature)  # (..., B, E), sum 1
        fused = self.fuse(latents, weights)  # (..., B, d); of n latents side by side (..., B, n d)
        seen = fused if drops is None else dropped(fused, drops, self.architecture.dropout)
        head_log_probs = self.heads.head_log_probs(seen)  # (..., M, B, K): presence and salience in one distribution
        return Output(head_log_probs, weights, scores, fused)
