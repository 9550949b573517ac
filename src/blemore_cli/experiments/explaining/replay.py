"""Replay of a fold model on some clips: selections and predictions with other encoders than the gate's choice."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from blemore_cli.core.errors import UsageError
from blemore_cli.core.types import Bools, Floats, Ints
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.evaluation.scoring.decoder import Decoder
from blemore_cli.model.evidence.evidence_pool import Evidence
from blemore_cli.model.evidence.network import EvidenceNetwork
from blemore_cli.model.network import Architecture, BlemoreNetwork
from blemore_cli.model.selection import Selector, keep_top_n
from blemore_cli.model.sparse import extracted
from blemore_cli.training.checkpoint import Checkpoint
from blemore_cli.training.predict import clip_draws


@dataclass(frozen=True)
class FoldModelReplay(ABC):
    """What a model computes of N clips before it selects encoders.

    Attributes:
        decoder: How the model's probabilities become labels.
        architecture: That of its network.
        select: Its selection.
        scores: (N, E) by which encoders are ranked where the selection is learned.
        draws: (N, E) that belong to the clips.
        present: (N, E) bool.
    """

    decoder: Decoder
    architecture: Architecture
    select: Selector
    scores: Tensor
    draws: Tensor
    present: Tensor

    @abstractmethod
    def pooled(self, kept: Tensor) -> Tensor:
        """(N, K) log probabilities with (N, E) encoders."""

    def scores_among(self, candidates: Tensor) -> Tensor:  # noqa: ARG002
        """(N, E) scores if a clip had only these (N, E) encoders; those of a gate do not depend on the others."""
        return self.scores

    @property
    def ranking(self) -> Floats:
        """(N, E) what the selection ranks by, larger is better."""
        return np.asarray(self._ranking.double().numpy())

    @property
    def soundness(self) -> Floats | None:
        """(N, E) posterior probability that an encoder is sound for a clip, NaN where absent; None with a gate."""
        return None

    @property
    def gate_scores(self) -> Floats:
        """(N, E) scores, divided by the temperature of the fusion weights."""
        return np.asarray(self.scores.double().numpy() / self.architecture.temperature)

    def kept(self, available: Bools | None = None) -> Bools:
        """(N, E) what the model keeps, of all present encoders or of those available (N, E)."""
        candidates = self.present if available is None else torch.from_numpy(available) & self.present
        scores = self.scores if available is None else self.scores_among(candidates)
        return np.asarray(self.select(scores, self.draws, candidates, exploration=0.0).numpy())

    def best(self, n: int) -> Bools:
        """(N, E) the n encoders of each clip that the selection ranks first."""
        return np.asarray(keep_top_n(self._ranking, self.present, n).numpy())

    def extracted(self, kept: Bools) -> Bools:
        """(N, E) which encoders must be extracted to keep these."""
        return np.asarray(extracted(self.architecture, self.present, torch.from_numpy(kept)).numpy())

    def log_prob(self, kept: Bools) -> Floats:
        """(N, K) log probabilities with these encoders: over the 36 permitted labels, or the six emotions."""
        with torch.no_grad():
            log_prob = self.pooled(torch.from_numpy(kept))
        return np.asarray(log_prob.double().log_softmax(-1).numpy())

    @property
    def _ranking(self) -> Tensor:
        return self.select.ranking(self.scores, self.draws).expand_as(self.scores)


@dataclass(frozen=True)
class GateReplay(FoldModelReplay):
    """Replay of a model with a gate; latents are (N, E, d)."""

    network: BlemoreNetwork
    latents: Tensor

    def pooled(self, kept: Tensor) -> Tensor:
        """Log probabilities of the fused latents."""
        return self.network.read(self.latents, self.scores, kept).log_prob


@dataclass(frozen=True)
class EvidenceReplay(FoldModelReplay):
    """Replay of a model that fuses evidence; its scores are logits of the posterior soundness, or of what ranks."""

    network: EvidenceNetwork
    evidence: Evidence

    @property
    def soundness(self) -> Floats | None:
        """The posterior soundness given what every present encoder says; None where every encoder counts as sound."""
        soundness = self.network.posterior_soundness(self.evidence, self.present)
        return None if soundness is None else np.asarray(soundness.masked_fill(~self.present, torch.nan).numpy())

    def scores_among(self, candidates: Tensor) -> Tensor:
        """What the selection ranks by, given what the candidates say and nothing else."""
        return self.network.scores(self.evidence, candidates)

    def pooled(self, kept: Tensor) -> Tensor:
        """Log probabilities of the pooled distributions."""
        log_prob, _ = self.network.read(self.evidence, kept)
        return log_prob


@torch.no_grad()
def replay(model: Checkpoint, table: FeatureTable, rows: Ints) -> FoldModelReplay:
    """Projects and scores some rows of a table once.

    Raises:
        UsageError: If the model selects no encoders.
    """
    network = gated_network(model)
    inputs = model.scaler.apply(table, rows)
    features, present = network.architecture.features(inputs.columns), inputs.present
    draws = clip_draws(table.clips.filename[rows], len(table.names), model.seed)
    latents, shared = network.project(features), (model.decoder, network.architecture, network.select)
    if isinstance(network, BlemoreNetwork):
        return GateReplay(*shared, network.gate(features), draws, present, network, latents)
    evidence = network.pool.evidence(network.log_probs(latents, present), network.input_quality(features))
    return EvidenceReplay(*shared, network.scores(evidence, present), draws, present, network, evidence)


def gated_network(model: Checkpoint) -> BlemoreNetwork | EvidenceNetwork:
    """The network of a model that selects encoders.

    Raises:
        UsageError: If it is a baseline.
    """
    network = model.network
    if not isinstance(network, BlemoreNetwork | EvidenceNetwork):
        raise UsageError(
            f"what is explained is a gate, and the model is a baseline of the family {network.architecture.family!r}",
            fix="Name a run of the gated network with --run.",
        )
    return network
