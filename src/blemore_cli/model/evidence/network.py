"""Evidence network: project -> distribution of each encoder -> soundness -> select -> robust pool, a line an arrow.

Where `model.network` fuses latents and predicts once, here each encoder predicts by heads of its own, and predictions
are fused. Selection then knows what no gate over single encoders can know: which of them agree.
"""

from collections.abc import Sequence
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional as F

from blemore_cli.model.energy import log_energy
from blemore_cli.model.evidence.encoder_heads import EncoderHeads
from blemore_cli.model.evidence.encoder_values import EncoderValues, greedy_scores
from blemore_cli.model.evidence.evidence_pool import Evidence, EvidencePool
from blemore_cli.model.evidence.neighbours import NeighbourCompetence, Profiles
from blemore_cli.model.evidence.pool import soundness
from blemore_cli.model.evidence.product_pool import ProductPool
from blemore_cli.model.fusion.base import dropped_places
from blemore_cli.model.heads import HEADS
from blemore_cli.model.network import PREDICTION, Architecture, FusionNetwork, Output, TrainingStep
from blemore_cli.model.projection import EncoderProjections
from blemore_cli.model.selection import Selector

LEAST: Final = 1e-6
"""Posterior soundness of a kept encoder at least, so that its weight is positive and its logit finite."""


class EvidenceNetwork(FusionNetwork):
    """Late fusion of the encoders' distributions, with selection by posterior soundness.

    The heads of every encoder are trained by their own likelihood. The gate and the numbers of the pool are not trained
    with them: `training.evidence` fits them to distributions of clips that the heads have not learned from. Formulas
    are in `evidence.pool`.
    """

    def __init__(self, architecture: Architecture, *, generator: torch.Generator) -> None:
        a = architecture
        super().__init__(a, d_fused=a.d_latent)
        n_encoders = len(a.widths)
        self.project = EncoderProjections(a.widths, a.d_latent, generator=generator)
        self.heads = EncoderHeads(
            n_encoders, lambda: HEADS.new(a.heads, a.d_latent, generator=generator, options=a.heads_options)
        )
        self.gate = a.new_gate(generator)
        pool = ProductPool if a.fusion == "pool" else EvidencePool
        self.pool = pool(n_encoders, self.heads.n_members, HEADS[a.heads].n_outputs)
        self.neighbours = NeighbourCompetence(n_encoders, HEADS[a.heads].n_outputs)
        self.values = EncoderValues(n_encoders, HEADS[a.heads].n_outputs)
        self.select = Selector(a.selection, n_encoders, a.top_n)

    def forward(
        self, features: Sequence[Tensor], present: Tensor, draws: Tensor, step: TrainingStep = PREDICTION
    ) -> Output:
        """Predicts B clips, with arguments as for `BlemoreNetwork.forward`; a geometric mean before the fit."""
        latents = self.project(features)  # (..., B, E, d)
        log_probs = self.log_probs(latents, present, step.drops)  # (..., B, E, M, K)
        members, fused = log_probs.flatten(-3, -2).transpose(-3, -2), mean_latent(latents, present)
        if step.drops is not None or not self.pool.is_fitted.all():
            pooled = None if step.drops is not None else geometric_mean(log_probs)
            return Output(members, equal_weights(present), torch.zeros_like(latents[..., 0]), fused, pooled)
        evidence = self.pool.evidence(log_probs, self.input_quality(features))
        sound = self.posterior_soundness(evidence, present)  # (..., B, E)
        scores = self.scores(evidence, present, sound)  # (..., B, E)
        kept = self.select(scores, draws, present, exploration=0.0)  # (..., B, E) bool
        pooled, weights = self.read(evidence, kept)  # (..., B, K), and (..., B, E) that sum to 1
        return Output(members, weights, scores, fused, pooled, sound)

    def log_probs(self, latents: Tensor, present: Tensor, drops: Tensor | None = None) -> Tensor:
        """Log probabilities (..., B, E, M, K) by the heads of each encoder; 0, with no gradient, where it is absent."""
        seen = latents if drops is None else dropped_places(latents, drops, self.architecture.dropout)
        log_probs: Tensor = self.heads(seen)
        # a pass over all distributions, and one backward, that most batches do without
        return log_probs if present.all() else log_probs.masked_fill(~present[..., None, None], 0)

    def input_quality(self, features: Sequence[Tensor]) -> Tensor:
        """Quality (..., B, E, 2) of the encoders' input: its energy, and what the gate finds in its directions."""
        return torch.stack([log_energy(features), self.gate(features)], dim=-1)

    def scores(self, evidence: Evidence, present: Tensor, sound: Tensor | None = None) -> Tensor:
        """Logits (..., B, E) that the selection ranks by: of the posterior soundness, if it names no others.

        Args:
            evidence: Of B clips.
            present: (..., B, E) bool.
            sound: Their posterior soundness, where it was computed before.
        """
        if self.architecture.selection == "quality":
            return evidence.logit
        if self.architecture.selection == "gate":
            return evidence.input_logit
        if self.architecture.selection == "neighbours":
            return self.neighbours(profiles(evidence, present))  # type: ignore[no-any-return]
        if self.architecture.selection == "greedy":
            return greedy_scores(self.values, self.pool, evidence, present, self.relative_cost)
        sound = self.posterior_soundness(evidence, present) if sound is None else sound
        return torch.logit(present.double() if sound is None else sound, LEAST)

    @property
    def relative_cost(self) -> Tensor:
        """Costs (E,) of the encoders, whose mean is 1."""
        cost = torch.tensor(self.architecture.cost or (1.0,), dtype=torch.float64)
        return cost / cost.mean()

    def detached_neighbours(self) -> NeighbourCompetence:
        """The competence by neighbours, as it is; the network is left with one that is not fitted."""
        fitted, n_labels = self.neighbours, HEADS[self.architecture.heads].n_outputs
        self.neighbours = NeighbourCompetence(len(self.architecture.widths), n_labels)
        return fitted

    def posterior_soundness(self, evidence: Evidence, present: Tensor) -> Tensor | None:
        """Posterior soundness (..., B, E), 0 where absent; None where the pool takes every encoder as sound."""
        if isinstance(self.pool, ProductPool):
            return None
        return soundness(self.pool(evidence, present), evidence.log_ratio, evidence.logit, present)

    def read(self, evidence: Evidence, kept: Tensor) -> tuple[Tensor, Tensor]:
        """Pools what is kept; where the selection is a plain mean, takes the mean of the distributions.

        Returns:
            (..., B, K) log probabilities, the prior where nothing is kept; and fusion weights (..., B, E): the
            posterior soundness given the kept encoders, with sum 1.
        """
        pooled = self.pool(evidence, kept)
        sound = soundness(pooled, evidence.log_ratio, evidence.logit, kept)
        is_pool = (self.select.is_weighted.unsqueeze(-2) > 0) | ~kept.any(-1, keepdim=True)  # (..., B, 1)
        votes = torch.where(is_pool, sound.clamp_min(LEAST), 1.0).masked_fill(~kept, 0)
        weights = votes / votes.sum(-1, keepdim=True).clamp_min(LEAST)
        mean = torch.logsumexp(evidence.log_prob + weights.log().unsqueeze(-1), dim=-2)
        return torch.where(is_pool, pooled, mean), weights


def profiles(evidence: Evidence, present: Tensor, group: Tensor | None = None) -> Profiles:
    """The calibrated distributions of B clips, in which neighbours are alike."""
    return Profiles(evidence.log_prob.exp(), present, group)


def encoder_log_probs(output: Output) -> Tensor:
    """The log probabilities (..., B, E, M, K) of each encoder's heads in the output of an evidence network."""
    by_clip = output.head_log_probs.transpose(-3, -2)  # (..., B, E M, K)
    *clips, n_encoders = output.weights.shape
    return by_clip.reshape(*clips, n_encoders, -1, by_clip.shape[-1])


def geometric_mean(log_probs: Tensor) -> Tensor:
    """Log probabilities (..., B, K) of the normalised geometric mean of all heads, which are 0 where absent.

    Source: Genest and Zidek 1986, as in `evidence.pool`, with equal weights of all E encoders, so that few are less
    certain.

    Args:
        log_probs: (..., B, E, M, K).
    """
    return F.log_softmax(log_probs.mean((-3, -2)), dim=-1)


def equal_weights(present: Tensor) -> Tensor:
    """Equal weights (..., B, E) of the present encoders, with sum 1; of none, 0."""
    return present / present.sum(-1, keepdim=True).clamp_min(1)


def mean_latent(latents: Tensor, present: Tensor) -> Tensor:
    """The mean of the present encoders' latents (..., B, E, d): (..., B, d), which the adaptation aligns."""
    return (latents * equal_weights(present).unsqueeze(-1)).sum(-2)
