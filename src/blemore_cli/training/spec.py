"""Specification of one training, and the network and rows that it is made from."""

from collections.abc import Hashable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import cast

import numpy as np
import torch
from torch import Tensor

from blemore_cli.core.choices import FUSES_DISTRIBUTIONS
from blemore_cli.core.config.schema import Config
from blemore_cli.core.types import Clips, Floats, Ints
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.data.splits import Split, balanced_groups, inner_splits
from blemore_cli.evaluation.domain_shift.shift_weights import ShiftWeights
from blemore_cli.evaluation.scoring.decoder import fit_decoder
from blemore_cli.model.evidence.network import EvidenceNetwork
from blemore_cli.model.families import build_network
from blemore_cli.model.network import Architecture, BlemoreNetwork, FusionNetwork
from blemore_cli.training.adaptation import new_adapter
from blemore_cli.training.device import choose_device
from blemore_cli.training.encoder_merit import encoder_merit
from blemore_cli.training.evidence.gate_scores import LabelledEvidence, fit_gate_of_evidence
from blemore_cli.training.evidence.network_fit import discount_shifted, fit_selection, row_weights, standardise_quality
from blemore_cli.training.evidence.pool_fit import CrossFitted, CrossFittedEvidence, fit_pool
from blemore_cli.training.loop.job import TrainingJob
from blemore_cli.training.predict import PredictionInput, clip_draws, over_labels
from blemore_cli.training.scaler import Rows, Scaler, fit_scaler
from blemore_cli.training.second_stage.encoder_posterior import TrueLabels, base_log_likelihood
from blemore_cli.training.second_stage.gate_fit import fit_gate, freeze
from blemore_cli.training.second_stage.threshold import choose_threshold
from blemore_cli.training.seed_stream import SeedStream

StateDict = dict[str, Tensor]


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


@dataclass(frozen=True)
class TrainingData:
    """What trainings of the same rows and shift weights share: the scaler, and the rows as the network reads them."""

    scaler: Scaler
    train: Rows
    label: Tensor
    target: Rows


@dataclass
class Preparation:
    """Prepares the trainings of one table, sharing what they have in common.

    Attributes:
        table: Raw features of all clips.
    """

    table: FeatureTable
    _data: dict[tuple[str, str, ShiftWeights], TrainingData] = field(default_factory=dict)
    _merits: dict[tuple[str, ShiftWeights], Tensor] = field(default_factory=dict)
    _pools: dict[Hashable, tuple[CrossFitted, StateDict, StateDict]] = field(default_factory=dict)

    def job(self, spec: TrainingSpec) -> TrainingJob:
        """The network of a training with initial weights, and what it learns from."""
        config, data, stream = spec.config, self.data(spec), spec.stream
        architecture = architecture_of(config, data.scaler, self.table.names)
        network = build_network(architecture, generator=stream.torch("initial weights"))
        if isinstance(network, BlemoreNetwork | EvidenceNetwork) and config.model.selection == "fixed":
            network.select.merit.copy_(self._merit(spec))
        adapter = new_adapter(config.adapt, network.d_fused, generator=stream.torch("adapter"))
        if isinstance(network, EvidenceNetwork):
            freeze(network.gate)
        device = data.label.device
        adapter = adapter and adapter.to(device)
        return TrainingJob(network.to(device), adapter, data.train, data.label, data.target, stream)

    def second_stage_job(self, spec: TrainingSpec) -> TrainingJob:
        """The same with the gate fitted to the encoder posteriors and frozen, if the configuration has a second stage.

        Where evidence is fused, the pool is fitted as well.

        Without posteriors the gate is frozen as it is: the model is on disk already, and is trained again and discarded
        because the arithmetic of its stack depends on it.
        """
        job = self.job(spec)
        if isinstance(job.network, EvidenceNetwork):
            if spec.evidence is not None:
                return self._fit_pool(job, spec, spec.evidence)
            return replace(job, weight=torch.ones_like(job.rows.present, dtype=torch.float32))
        if has_second_stage(spec.config) and isinstance(job.network, BlemoreNetwork):
            if spec.posterior is not None:
                posterior, generator = self._posterior(spec), job.stream.torch("gate")
                fit_gate(job.network.gate, job.network.architecture, job.rows, posterior, generator=generator)
            freeze(job.network.gate)
        return job

    def _fit_pool(self, job: TrainingJob, spec: TrainingSpec, evidence: CrossFittedEvidence) -> TrainingJob:
        """The job with gate and pool fitted to cross-fitted evidence, and rows weighted by their prior soundness."""
        clips = self.table.clips.take(evidence.rows)
        network = cast(EvidenceNetwork, job.network.cpu())
        rows = self._fit_gate_and_pool(network, spec, evidence)
        draws = clip_draws(clips.filename, len(self.table.names), spec.seed)
        actor = torch.from_numpy(np.unique(clips.actor, return_inverse=True)[1])
        prob = fit_selection(network, rows, draws, actor, generator=spec.stream.torch("taken encoders"))
        weight = row_weights(network.pool, rows, evidence.rows, spec.train).to(job.label.device)
        discount_shifted(network, spec.shift_weights)
        decoder = fit_decoder(clips.label, over_labels(prob), method=spec.config.decode.method)
        neighbours = network.detached_neighbours()
        fitted = replace(job, decoder=decoder, weight=weight, neighbours=neighbours)
        return replace(fitted, network=network.to(job.label.device))

    def _fit_gate_and_pool(
        self, network: EvidenceNetwork, spec: TrainingSpec, evidence: CrossFittedEvidence
    ) -> CrossFitted:
        """Fits both in place, once for all trainings of a stack with the same weights; the rows of the fit."""
        key = spec.training_key
        if key not in self._pools:
            clips = self.table.clips.take(evidence.rows)
            inputs = self.data(spec).scaler.apply(self.table, evidence.rows)
            labelled = LabelledEvidence(torch.from_numpy(evidence.log_probs).float(), torch.from_numpy(clips.label))
            rows = fit_gate_of_evidence(network, inputs, labelled, balanced_groups(clips.actor, 2), spec.stream)
            fit_pool(network.pool, rows)
            self._pools[key] = rows, deepcopy(network.gate.state_dict()), deepcopy(network.pool.state_dict())
        rows, gate, pool = self._pools[key]
        network.gate.load_state_dict(gate)
        network.pool.load_state_dict(pool)
        return rows

    def complete(self, spec: TrainingSpec, network: FusionNetwork) -> None:
        """Gives a trained network what depends on its weights, in place.

        Where latents are fused and a gate selects with `top_n: auto`, it is the threshold; where evidence is, the
        moments of its quality features.
        """
        if isinstance(network, EvidenceNetwork):
            standardise_quality(network, self.data(spec).train)
        if isinstance(network, BlemoreNetwork) and network.select.is_auto and spec.posterior is not None:
            parts, rows = inner_positions(self.table.clips, spec.train), self.data(spec).train
            threshold = choose_threshold(network.architecture, rows, self._posterior(spec), parts, spec.stream)
            network.select.threshold.fill_(threshold)

    def prediction_input(self, spec: TrainingSpec) -> PredictionInput:
        """The target rows, with their true labels where the second stage needs their encoder posteriors."""
        clips, target = self.table.clips, self.data(spec).target
        draws = clip_draws(clips.filename[spec.target], len(self.table.names), spec.seed)
        if not has_second_stage(spec.config):
            return PredictionInput(target, draws, by_encoder=fuses_evidence(spec.config))
        label = clips.label.clip(0)  # posteriors of unlabelled rows are not read
        base = base_log_likelihood(label[spec.train], label[spec.target])
        device = target.present.device
        return PredictionInput(
            target, draws, TrueLabels(torch.from_numpy(label[spec.target]).to(device), base.to(device))
        )

    def data(self, spec: TrainingSpec) -> TrainingData:
        """The scaler and rows of a training; no row beside its training and target rows is read."""
        key = spec.left_out, spec.target_name, spec.shift_weights
        if key not in self._data:
            self._data[key] = self._read(spec)
        return self._data[key]

    def _read(self, spec: TrainingSpec) -> TrainingData:
        train, device = spec.config.train, choose_device(spec.config.train.device)
        scaler = fit_scaler(
            self.table,
            spec.train,
            clamp_sd=train.clamp_sd,
            reduce=spec.config.model.reduce,
            standardize=train.standardize,
            shift_weights=_whole(spec.shift_weights) if fuses_evidence(spec.config) else spec.shift_weights,
        )
        rows, target = (scaler.apply(self.table, part, device) for part in (spec.train, spec.target))
        return TrainingData(scaler, rows, torch.from_numpy(self.table.clips.label[spec.train]).to(device), target)

    def _posterior(self, spec: TrainingSpec) -> Tensor:
        return torch.from_numpy(spec.posterior).to(self.data(spec).label.device)

    def _merit(self, spec: TrainingSpec) -> Tensor:
        """Merit of each encoder on the training rows, for the fixed selection."""
        key = spec.left_out, spec.shift_weights
        if key not in self._merits:
            data, label = self.data(spec), self.table.clips.label[spec.train]
            inner = inner_positions(self.table.clips, spec.train)
            merit = encoder_merit(data.train, data.scaler.widths, label, inner)
            self._merits[key] = torch.from_numpy(merit).float()
        return self._merits[key]


def has_second_stage(config: Config) -> bool:
    """Whether gates are fitted to encoder posteriors, which only nested inner trainings cross-fit."""
    train = config.train
    has_gate = config.model.family == "gated" and not fuses_evidence(config)
    return train.second_stage and train.protocol == "nested" and has_gate


def fuses_evidence(config: Config) -> bool:
    """Whether the distributions of the encoders are fused, and not their latents."""
    return config.model.family == "gated" and config.model.fusion in FUSES_DISTRIBUTIONS


def _whole(weights: ShiftWeights) -> ShiftWeights:
    """The weights with those between 0 and 1 as 1: where evidence is fused they are of it, not of the features."""
    return tuple(float(weight > 0) for weight in weights)


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
