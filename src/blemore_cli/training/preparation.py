"""Preparation of trainings: their rows, their networks, and what is fitted before the weights."""

from collections.abc import Hashable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import cast

import numpy as np
import torch
from torch import Tensor

from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.data.splits import balanced_groups
from blemore_cli.evaluation.domain_shift.shift_weights import ShiftWeights
from blemore_cli.evaluation.scoring.decoder import fit_decoder
from blemore_cli.model.evidence.network import EvidenceNetwork
from blemore_cli.model.families import build_network
from blemore_cli.model.gate.base import Gate
from blemore_cli.model.network import BlemoreNetwork, FusionNetwork
from blemore_cli.training.adaptation import new_adapter
from blemore_cli.training.device import choose_device
from blemore_cli.training.encoder_merit import encoder_merit
from blemore_cli.training.evidence.gate_scores import GateSource, LabelledEvidence, fit_gates_of_evidence
from blemore_cli.training.evidence.network_fit import discount_shifted, fit_selection, row_weights, standardise_quality
from blemore_cli.training.evidence.pool_fit import CrossFitted, CrossFittedEvidence, fit_pool
from blemore_cli.training.loop.job import TrainingJob
from blemore_cli.training.predict import PredictionInput, clip_draws, over_labels
from blemore_cli.training.scaler import Rows, Scaler, fit_scaler
from blemore_cli.training.second_stage.encoder_posterior import TrueLabels, base_log_likelihood
from blemore_cli.training.second_stage.gate_fit import GateFit, fit_gates, freeze
from blemore_cli.training.second_stage.threshold import choose_threshold
from blemore_cli.training.spec import (
    Training,
    TrainingSpec,
    architecture_of,
    fuses_evidence,
    has_second_stage,
    inner_positions,
)


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

    def second_stage_jobs(self, trainings: Sequence[Training]) -> list[list[TrainingJob]]:
        """The jobs of a stack's trainings with what is fitted before their weights: one for each model.

        Where latents are fused and there is a second stage, it is the gate, which is then frozen. Where evidence is
        fused, it is gate and pool, once for each training, and what each model selects by.

        A training whose models are all on disk has no posteriors and no evidence. It is trained again and discarded,
        because the arithmetic of its stack depends on it.
        """
        jobs = [[self.job(spec) for spec in training] for training in trainings]
        if fuses_evidence(trainings[0][0].config):
            return self._with_pools(jobs, trainings)
        if has_second_stage(trainings[0][0].config):
            self._fit_gates(jobs, trainings)
        return jobs

    def _fit_gates(self, jobs: Sequence[Sequence[TrainingJob]], trainings: Sequence[Training]) -> None:
        """Fits and freezes the gates of networks that fuse latents, in place."""
        fits = []
        for part, training in zip(jobs, trainings, strict=True):
            posterior = next((spec.posterior for spec in training if spec.posterior is not None), None)
            for job in part if posterior is not None else ():
                target = torch.from_numpy(posterior).to(job.label.device)
                rows = torch.arange(len(target), device=target.device)
                fits.append(GateFit(_gate(job), job.rows, target, rows, job.stream.torch("gate")))
        fit_gates(jobs[0][0].network.architecture, fits)
        for job in chain.from_iterable(jobs):
            freeze(_gate(job))

    def _with_pools(
        self, jobs: Sequence[Sequence[TrainingJob]], trainings: Sequence[Training]
    ) -> list[list[TrainingJob]]:
        """The jobs with gates, pools and selections fitted to cross-fitted evidence, where there is any."""
        to_fit = [_with_evidence(training) for training in trainings]
        rows = iter(fit_gates_of_evidence(self._gate_sources([part[0] for part in jobs], to_fit)))
        return [
            self._with_pool(part, training, next(rows)) if spec else [replace(job, weight=_ones(job)) for job in part]
            for part, training, spec in zip(jobs, trainings, to_fit, strict=True)
        ]

    def _gate_sources(self, jobs: Sequence[TrainingJob], specs: Sequence[TrainingSpec | None]) -> list[GateSource]:
        """What the gates of those with evidence are fitted to; seeds of a fold share its features."""
        inputs: dict[Hashable, Rows] = {}
        sources = []
        for job, spec in zip(jobs, specs, strict=True):
            if spec is None or spec.evidence is None:
                continue
            numbers, log_probs = spec.evidence
            key = spec.left_out, spec.target_name, spec.shift_weights, numbers.tobytes()
            if key not in inputs:
                inputs[key] = self.data(spec).scaler.apply(self.table, numbers)
            clips, network = self.table.clips.take(numbers), cast(EvidenceNetwork, job.network.cpu())
            labelled = LabelledEvidence(torch.from_numpy(log_probs).float(), torch.from_numpy(clips.label))
            sources.append(GateSource(network, inputs[key], labelled, balanced_groups(clips.actor, 2), spec.stream))
        return sources

    def _with_pool(self, jobs: Sequence[TrainingJob], training: Training, rows: CrossFitted) -> list[TrainingJob]:
        """The jobs of one training, whose first network has a fitted gate."""
        spec = cast(TrainingSpec, _with_evidence(training))
        numbers = cast(CrossFittedEvidence, spec.evidence).rows
        clips, first = self.table.clips.take(numbers), cast(EvidenceNetwork, jobs[0].network)
        fit_pool(first.pool, rows)
        evidence = first.pool.evidence(rows.log_probs, rows.input_quality)
        weight = row_weights(evidence, numbers, spec.train).to(jobs[0].label.device)
        fitted = deepcopy((first.gate.state_dict(), first.pool.state_dict()))
        draws = clip_draws(clips.filename, len(self.table.names), spec.seed)
        actor = torch.from_numpy(np.unique(clips.actor, return_inverse=True)[1])
        result = []
        for model, job in zip(training, jobs, strict=True):
            network = cast(EvidenceNetwork, job.network.cpu())
            network.gate.load_state_dict(fitted[0])
            network.pool.load_state_dict(fitted[1])
            prob = fit_selection(network, rows, evidence, draws, actor, generator=model.stream.torch("taken encoders"))
            discount_shifted(network, model.shift_weights)
            decoder = fit_decoder(clips.label, over_labels(prob), method=model.config.decode.method)
            done = replace(job, decoder=decoder, weight=weight, neighbours=network.detached_neighbours())
            result.append(replace(done, network=network.to(weight.device)))
        return result

    def complete(self, training: Training, networks: Sequence[FusionNetwork]) -> None:
        """Gives the trained networks of a training's models what depends on their weights, in place.

        Where latents are fused and a gate selects with `top_n: auto`, it is the threshold; where evidence is, the
        moments of its quality features.
        """
        standardise_quality(
            [network for network in networks if isinstance(network, EvidenceNetwork)], self.data(training[0]).train
        )
        for spec, network in zip(training, networks, strict=True):
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


def _with_evidence(training: Training) -> TrainingSpec | None:
    return next((spec for spec in training if spec.evidence is not None), None)


def _ones(job: TrainingJob) -> Tensor:
    return torch.ones_like(job.rows.present, dtype=torch.float32)


def _whole(weights: ShiftWeights) -> ShiftWeights:
    """The weights with those between 0 and 1 as 1: where evidence is fused they are of it, not of the features."""
    return tuple(float(weight > 0) for weight in weights)


def _gate(job: TrainingJob) -> Gate:
    return cast(BlemoreNetwork, job.network).gate
