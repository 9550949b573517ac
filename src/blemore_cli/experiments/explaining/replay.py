"""Replay of a fold model on some clips: selections and predictions with other encoders than the gate's choice."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from blemore_cli.core.errors import UsageError
from blemore_cli.core.types import Bools, Floats, Ints
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.evaluation.scoring.decoder import Decoder
from blemore_cli.model.network import BlemoreNetwork
from blemore_cli.model.selection import keep_top_n
from blemore_cli.model.sparse import extracted
from blemore_cli.training.checkpoint import Checkpoint
from blemore_cli.training.predict import clip_draws


@dataclass(frozen=True)
class FoldModelReplay:
    """Projections and gate scores of a model for N clips.

    Attributes:
        network: The model's network.
        decoder: How its probabilities become labels.
        latents: (N, E, d).
        scores: (N, E) of the gate.
        draws: (N, E) that belong to the clips.
        present: (N, E) bool.
    """

    network: BlemoreNetwork
    decoder: Decoder
    latents: Tensor
    scores: Tensor
    draws: Tensor
    present: Tensor

    @property
    def ranking(self) -> Floats:
        """(N, E) what the selection ranks by, larger is better."""
        return np.asarray(self._ranking.double().numpy())

    @property
    def gate_scores(self) -> Floats:
        """(N, E) scores of the gate, divided by the temperature of the fusion weights."""
        return np.asarray(self.scores.double().numpy() / self.network.architecture.temperature)

    def kept(self, available: Bools | None = None) -> Bools:
        """(N, E) what the model keeps, of all present encoders or of those available (N, E)."""
        candidates = self.present if available is None else torch.from_numpy(available) & self.present
        return np.asarray(self.network.select(self.scores, self.draws, candidates, exploration=0.0).numpy())

    def best(self, n: int) -> Bools:
        """(N, E) the n encoders of each clip that the selection ranks first."""
        return np.asarray(keep_top_n(self._ranking, self.present, n).numpy())

    def extracted(self, kept: Bools) -> Bools:
        """(N, E) which encoders must be extracted to keep these."""
        return np.asarray(extracted(self.network.architecture, self.present, torch.from_numpy(kept)).numpy())

    def log_prob(self, kept: Bools) -> Floats:
        """(N, K) log probabilities with these encoders: over the 36 permitted labels, or the six emotions."""
        with torch.no_grad():
            output = self.network.read(self.latents, self.scores, torch.from_numpy(kept))
        return np.asarray(output.log_prob.double().log_softmax(-1).numpy())

    @property
    def _ranking(self) -> Tensor:
        return self.network.select.ranking(self.scores, self.draws).expand_as(self.scores)


def replay(model: Checkpoint, table: FeatureTable, rows: Ints) -> FoldModelReplay:
    """Projects and scores some rows of a table once.

    Raises:
        UsageError: If the model has no gate.
    """
    network = model.network
    if not isinstance(network, BlemoreNetwork):
        raise UsageError(
            f"what is explained is a gate, and the model is a baseline of the family {network.architecture.family!r}",
            fix="Name a run of the gated network with --run.",
        )
    inputs = model.scaler.apply(table, rows)
    features = network.architecture.features(inputs.columns)
    draws = clip_draws(table.clips.filename[rows], len(table.names), model.seed)
    with torch.no_grad():
        latents, scores = network.project(features), network.gate(features)
    return FoldModelReplay(network, model.decoder, latents, scores, draws, inputs.present)
