"""Specification of one training, and the network and rows that it is made from."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from blemore_cli.core.choices import FUSES_DISTRIBUTIONS
from blemore_cli.core.config.schema import Config
from blemore_cli.core.types import Clips, Floats, Ints
from blemore_cli.data.splits import Split, inner_splits
from blemore_cli.evaluation.domain_shift.shift_weights import ShiftWeights
from blemore_cli.model.network import Architecture
from blemore_cli.training.evidence.pool_fit import CrossFittedEvidence
from blemore_cli.training.scaler import Scaler
from blemore_cli.training.seed_stream import SeedStream


@dataclass(frozen=True, kw_only=True)
class TrainingSpec:
    """One training.

    Attributes:
        config: The resolved configuration.
        seed: Seed of every random stream.
        left_out: Name of what the training leaves out; it names the random streams.
        train: Rows that it learns from.
        target: Rows that it predicts or adapts to; their labels are not read.
        target_name: Name of these rows, beside `left_out`.
        n_epochs: Number of epochs.
        shift_weights: Factor of each encoder, in [0, 1]; empty is 1 for all.
        posterior: (N, E) cross-fitted encoder posteriors of the training rows, where the second stage fits the gate
            to them.
        evidence: Cross-fitted distributions of the encoders, where they are fused.
    """

    config: Config
    seed: int
    left_out: str
    train: Ints
    target: Ints
    target_name: str
    n_epochs: int
    shift_weights: ShiftWeights = ()
    posterior: Floats | None = None
    evidence: CrossFittedEvidence | None = None

    @property
    def stream(self) -> SeedStream:
        """The random streams of the training."""
        return SeedStream(self.seed, self.left_out)

    @property
    def training_key(self) -> Hashable:
        """Trainings with the same key, of those that can be stacked, learn the same weights.

        Where evidence is fused, encoders are selected by a pool, which is fitted apart from the weights.
        """
        model = self.config.model
        selection = () if fuses_evidence(self.config) else (model.selection, model.top_n)
        return self.left_out, self.target_name, self.seed, self.shift_weights, self.n_epochs, selection


Training = Sequence[TrainingSpec]
"""Specifications with the same key: models that one training serves."""


def has_second_stage(config: Config) -> bool:
    """Whether gates are fitted to encoder posteriors, which only nested inner trainings cross-fit."""
    train = config.train
    has_gate = config.model.family == "gated" and not fuses_evidence(config)
    return train.second_stage and train.protocol == "nested" and has_gate


def fuses_evidence(config: Config) -> bool:
    """Whether the distributions of the encoders are fused, and not their latents."""
    return config.model.family == "gated" and config.model.fusion in FUSES_DISTRIBUTIONS


def inner_positions(clips: Clips, rows: Ints) -> list[Split]:
    """The inner splits of some training rows, as positions among these rows."""
    position = np.full(len(clips), -1)
    position[rows] = np.arange(len(rows))
    return [
        Split(part.fold, train=position[part.train], held_out=position[part.held_out])
        for part in inner_splits(clips, rows)
    ]


def architecture_of(config: Config, scaler: Scaler, encoders: Sequence[str]) -> Architecture:
    """The architecture of a configuration, on features of these encoders as the scaler leaves them."""
    view = config.model.gate_view if config.model.family == "gated" else ()
    sizes = config.model.model_dump(exclude={"encoders", "reduce", "gate_view"})
    cost = tuple(config.cost.get(name, 1.0) for name in encoders) if config.model.selection == "greedy" else ()
    return Architecture(scaler.widths, **sizes, gate_view=tuple(map(encoders.index, view)), cost=cost)
