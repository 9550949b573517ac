"""One training as data, and the material that a table gives for it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import torch

from blemore_cli.core.config.schema import Config
from blemore_cli.core.types import Clips, Floats, Ints
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.data.splits import Split, inner_splits
from blemore_cli.evaluation.domain_shift.shift_weights import ShiftWeights
from blemore_cli.model.build_network import build_network
from blemore_cli.model.network import Architecture, BlemoreNetwork, FusionNetwork
from blemore_cli.training.adaptation.base import new_adapter
from blemore_cli.training.device import choose_device
from blemore_cli.training.encoder_merit import encoder_merit
from blemore_cli.training.loop.job import Rows, TrainingJob
from blemore_cli.training.loop.seed_stream import SeedStream
from blemore_cli.training.predict import PredictionInput, clip_draws
from blemore_cli.training.scaler import ModelInput, Scaler, fit_scaler
from blemore_cli.training.second_stage.encoder_posterior import LabelEvidence, base_log_likelihood
from blemore_cli.training.second_stage.gate_fit import fit_gate, freeze
from blemore_cli.training.second_stage.threshold import choose_threshold


@dataclass(frozen=True)
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
        trust: Factor of each encoder, in [0, 1]; empty is 1 for all.
        useful: (N, E) cross-fitted usefulness of each encoder for the training rows, where the second stage fits the
            gate to it.
    """

    config: Config
    seed: int
    left_out: str
    train: Ints
    target: Ints
    target_name: str
    n_epochs: int
    trust: ShiftWeights = ()
    useful: Floats | None = None


@dataclass(frozen=True)
class Material:
    """What trainings of the same rows and trust share: the scaler, and the rows as the network reads them."""

    scaler: Scaler
    train: Rows
    label: torch.Tensor
    target: Rows


@dataclass
class Preparation:
    """Prepares the trainings of one table, sharing what they have in common.

    Attributes:
        table: Raw features of all clips.
    """

    table: FeatureTable
    _materials: dict[tuple[str, str, ShiftWeights], Material] = field(default_factory=dict)
    _merits: dict[tuple[str, ShiftWeights], torch.Tensor] = field(default_factory=dict)

    def trainee(self, task: TrainingSpec) -> TrainingJob:
        """The network of a task with initial weights, and what it learns from."""
        config, material, stream = task.config, self.material(task), SeedStream(task.seed, task.left_out)
        architecture = architecture_of(config, material.scaler, self.table.names)
        network = build_network(architecture, generator=stream.torch("initial weights"))
        if isinstance(network, BlemoreNetwork) and config.model.selection == "fixed":
            network.select.merit.copy_(self._merit(task))
        adapter = new_adapter(config.adapt.method, network.d_fused, generator=stream.torch("adapter"))
        device = material.label.device
        adapter = adapter and adapter.to(device)
        return TrainingJob(network.to(device), adapter, material.train, material.label, material.target, stream)

    def second_stage(self, task: TrainingSpec) -> TrainingJob:
        """The same, its gate fitted to the usefulness of the encoders and frozen, where there is a second stage.

        Without usefulness the gate is frozen as it is: that is a model which is on disk already and stands in its stack
        to be trained again and thrown away.
        """
        trainee = self.trainee(task)
        if has_second_stage(task.config) and isinstance(trainee.network, BlemoreNetwork):
            if task.useful is not None:
                useful, generator = self._useful(task), trainee.stream.torch("gate")
                fit_gate(trainee.network.gate, trainee.architecture, trainee.rows, useful, generator=generator)
            freeze(trainee.network.gate)
        return trainee

    def choose_number(self, task: TrainingSpec, network: FusionNetwork) -> None:
        """Gives a trained network the threshold by which it keeps encoders, where their number is to be chosen."""
        if isinstance(network, BlemoreNetwork) and network.select.is_auto and task.useful is not None:
            parts, rows = inner_positions(self.table.clips, task.train), self.material(task).train
            stream = SeedStream(task.seed, task.left_out)
            threshold = choose_threshold(network.architecture, rows, self._useful(task), parts, stream)
            network.select.threshold.fill_(threshold)

    def _useful(self, task: TrainingSpec) -> torch.Tensor:
        return torch.from_numpy(task.useful).to(self.material(task).label.device)

    def prediction_input(self, task: TrainingSpec) -> PredictionInput:
        """The rows that a task's network is to predict."""
        names = self.table.clips.filename[task.target]
        return PredictionInput(self.material(task).target, clip_draws(names, len(self.table.names), task.seed))

    def question(self, task: TrainingSpec) -> PredictionInput:
        """The same with the truth of these rows, where the second stage is to learn from what is said of them."""
        asked = self.prediction_input(task)
        if not has_second_stage(task.config):
            return asked
        label = self.table.clips.label.clip(0)  # of an unlabelled row nothing is read
        device = self.material(task).label.device
        truth = LabelEvidence(
            torch.from_numpy(label[task.target]), base_log_likelihood(label[task.train], label[task.target])
        )
        return replace(asked, truth=LabelEvidence(*(field.to(device) for field in truth)))

    def material(self, task: TrainingSpec) -> Material:
        """The scaler and rows of a task; no row beside its training and target rows is read."""
        name = task.left_out, task.target_name, task.trust
        if name not in self._materials:
            self._materials[name] = self._material(task)
        return self._materials[name]

    def _material(self, task: TrainingSpec) -> Material:
        train, device = task.config.train, choose_device(task.config.train.device)
        reduce, trust = task.config.model.reduce, task.trust
        scaler = fit_scaler(self.table, task.train, clamp_sd=train.clamp_sd, reduce=reduce, trust=trust)
        rows, target = (rows_of(scaler.apply(self.table, part), device) for part in (task.train, task.target))
        return Material(scaler, rows, torch.from_numpy(self.table.clips.label[task.train]).to(device), target)

    def _merit(self, task: TrainingSpec) -> torch.Tensor:
        """Merit of each encoder on the training rows of a task, for the fixed selection."""
        name = task.left_out, task.trust
        if name not in self._merits:
            inputs = self.material(task).scaler.apply(self.table, task.train)
            label, inner = self.table.clips.label[task.train], inner_positions(self.table.clips, task.train)
            self._merits[name] = torch.from_numpy(encoder_merit(inputs, label, inner)).float()
        return self._merits[name]


def has_second_stage(config: Config) -> bool:
    """Whether gates are fitted to what nested inner trainings say of the clips that they left out."""
    train = config.train
    return train.second_stage and train.protocol == "nested" and config.model.family == "gated"


def inner_positions(clips: Clips, rows: Ints) -> list[Split]:
    """The inner splits of some training rows, as positions among these rows."""
    position = np.full(len(clips), -1)
    position[rows] = np.arange(len(rows))
    return [
        Split(part.fold, train=position[part.train], held_out=position[part.held_out])
        for part in inner_splits(clips, rows)
    ]


def architecture_of(config: Config, scaler: Scaler, encoders: Sequence[str]) -> Architecture:
    """The architecture that a configuration asks for, on features of these encoders as the scaler leaves them."""
    view = config.model.gate_view if config.model.family == "gated" else ()
    sizes = config.model.model_dump(exclude={"encoders", "reduce", "gate_view"})
    return Architecture(scaler.widths, **sizes, gate_view=tuple(map(encoders.index, view)))


def rows_of(inputs: ModelInput, device: torch.device) -> Rows:
    """Standardised features side by side, on a device."""
    return Rows(torch.cat(inputs.features, dim=1).to(device), inputs.present.to(device))
