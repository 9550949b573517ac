"""Group of trainings, stacked where there are several: inner trainings with their predictions, and final trainings."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor

from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import BlemoreError, DataError
from blemore_cli.core.parallel.progress import advance
from blemore_cli.core.processes.memory import trim_heap
from blemore_cli.core.types import Bools, Floats
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.evaluation.scoring.decoder import Decoder
from blemore_cli.model.families import build_network
from blemore_cli.model.heads import HEADS
from blemore_cli.model.network import FusionNetwork
from blemore_cli.training.evidence.epoch_choice import BestEpochEvidence
from blemore_cli.training.loop.job import TrainingJob
from blemore_cli.training.loop.stack import StackedTrainer
from blemore_cli.training.loop.stack_size import stack_limit
from blemore_cli.training.loop.trainer import SequentialTrainer
from blemore_cli.training.predict import NetworkPredictions
from blemore_cli.training.preparation import Preparation
from blemore_cli.training.scaler import Scaler
from blemore_cli.training.spec import Training, TrainingSpec


@dataclass(frozen=True)
class EpochPredictions:
    """Predictions of an inner training after each of its T epochs.

    Attributes:
        loss: (T,) mean training loss in nats.
        prob: (T, M, K) float32 probabilities of the M target rows; K is 36, or 6 with heads over the emotions.
        posterior: (T, M, E) float32 encoder posteriors of these rows, where there is a second stage.
        by_encoder: (M, E, m, K) float16 log probabilities of the m heads of each encoder by their best epoch, where
            evidence is fused.
    """

    loss: Floats
    prob: Floats
    posterior: Floats | None = None
    by_encoder: Floats | None = None

    @property
    def is_finite(self) -> Bools:
        """Whether (T,) the loss and all probabilities of an epoch are finite."""
        return np.isfinite(self.loss) & np.isfinite(self.prob).all(axis=(1, 2))


@dataclass(frozen=True)
class Trained:
    """A network at the end of its training.

    Attributes:
        network: The network with its final weights, on the CPU.
        scaler: Standardisation fitted on its training rows.
        loss: (T,) mean training loss of each epoch in nats.
        decoder: The decoder that is fitted with it, where the pool of an evidence network is.
    """

    network: FusionNetwork
    scaler: Scaler
    loss: Floats
    decoder: Decoder | None = None

    @property
    def is_finite(self) -> Bools:
        """Whether (T,) the loss of an epoch is finite."""
        return np.isfinite(self.loss)


Result = TypeVar("Result", EpochPredictions, Trained)


def train_and_predict(table: FeatureTable, specs: Sequence[TrainingSpec]) -> list[EpochPredictions | BlemoreError]:
    """Trains networks and predicts their target rows after every epoch: for each its predictions, or why it failed.

    The trainings can be stacked and have equally many epochs; what several have in common is trained once.
    """
    return _in_stacks(Preparation(table), specs, _train_and_predict)


def _train_and_predict(
    prepared: Preparation, trainings: Sequence[Training]
) -> list[list[EpochPredictions | BlemoreError]]:
    specs = [training[0] for training in trainings]
    trainer = _trainer([prepared.job(spec) for spec in specs], specs[0].config)
    inputs = [prepared.prediction_input(spec) for spec in specs]
    clips = prepared.table.clips
    evidence = [BestEpochEvidence(clips.label[spec.target], clips.fold[spec.target]) for spec in specs]
    losses, predictions = [], []
    for _ in range(specs[0].n_epochs):
        losses.append(trainer.epoch())
        predicted = trainer.predict(inputs)
        for best, epoch in zip(evidence, predicted, strict=True):
            best.update(epoch)
        predictions.append([replace(epoch, by_encoder=None) for epoch in predicted])
        advance(len(specs) / specs[0].n_epochs)
    loss = np.array(losses)  # (T, R)
    outcomes = [
        _finite(spec, _epoch_predictions(spec, loss[:, r], [epoch[r] for epoch in predictions], evidence[r]))
        for r, spec in enumerate(specs)
    ]
    return [[outcome] * len(training) for outcome, training in zip(outcomes, trainings, strict=True)]


def train(table: FeatureTable, specs: Sequence[TrainingSpec]) -> list[Trained | BlemoreError]:
    """Trains networks that can be stacked, each for its number of epochs: the network of each, or why it failed.

    What several have in common is trained once.
    """
    return _in_stacks(Preparation(table), specs, _train)


def _train(prepared: Preparation, trainings: Sequence[Training]) -> list[list[Trained | BlemoreError]]:
    jobs = prepared.second_stage_jobs(trainings)
    n_epochs = [training[0].n_epochs for training in trainings]
    trainer = _trainer([part[0] for part in jobs], trainings[0][0].config)
    trained: dict[int, FusionNetwork] = {}
    active = list(range(len(trainings)))
    losses: list[list[float]] = [[] for _ in trainings]
    for epoch in range(1, max(n_epochs) + 1):
        for position, loss in zip(active, trainer.epoch(), strict=True):
            losses[position].append(loss)
        advance(sum(1 / n_epochs[position] for position in active))
        for place, position in enumerate(active):
            if n_epochs[position] == epoch:
                trained[position] = trainer.averaged(place).cpu()
        staying = [place for place, position in enumerate(active) if position not in trained]
        if staying and len(staying) < len(active):
            trainer.keep(staying)
        active = [active[place] for place in staying]
    return [
        _completed(prepared, training, jobs[position], trained[position], losses[position])
        for position, training in enumerate(trainings)
    ]


def _completed(
    prepared: Preparation,
    training: Training,
    jobs: Sequence[TrainingJob],
    trained: FusionNetwork,
    losses: Sequence[float],
) -> list[Trained | BlemoreError]:
    """The networks of a training's models with the learned weights; what is fitted apart from these is each one's."""
    networks = [_with_weights(job, trained.state_dict()) for job in jobs]
    prepared.complete(training, networks)
    scaler, loss = prepared.data(training[0]).scaler, np.array(losses)
    return [
        _finite(spec, Trained(network, scaler, loss, job.decoder))
        for spec, job, network in zip(training, jobs, networks, strict=True)
    ]


def _with_weights(job: TrainingJob, learned: Mapping[str, Tensor]) -> FusionNetwork:
    network = build_network(job.network.architecture, generator=torch.Generator())
    names = [name for name, _ in job.network.named_parameters()]
    network.load_state_dict(job.network.state_dict() | {name: learned[name] for name in names})
    if job.neighbours is not None:
        network.neighbours = job.neighbours
    return network.requires_grad_(False)


def _in_stacks(
    prepared: Preparation,
    specs: Sequence[TrainingSpec],
    work: Callable[[Preparation, Sequence[Training]], list[list[Result | BlemoreError]]],
) -> list[Result | BlemoreError]:
    """Does the work for stacks of networks that read the same widths, which their training rows may decide."""
    trainings: dict[Hashable, list[TrainingSpec]] = defaultdict(list)
    for spec in specs:
        trainings[spec.training_key].append(spec)
    alike: dict[tuple[int, ...], list[Hashable]] = defaultdict(list)
    for key, training in trainings.items():
        alike[prepared.data(training[0]).scaler.widths].append(key)
    results: dict[Hashable, Iterator[Result | BlemoreError]] = {}
    for widths, keys in alike.items():
        limit = len(trainings) if len(alike) == 1 else stack_limit(specs[0].config, widths)
        for start in range(0, len(keys), limit):
            part = keys[start : start + limit]
            outcomes = work(prepared, [trainings[key] for key in part])
            results.update(zip(part, map(iter, outcomes), strict=True))
            trim_heap()  # the arrays of the next stack are of other sizes
    if shared := len(specs) - len(trainings):
        advance(shared)
    return [next(results[spec.training_key]) for spec in specs]


def _epoch_predictions(
    spec: TrainingSpec, loss: Floats, predictions: Sequence[NetworkPredictions], evidence: BestEpochEvidence
) -> EpochPredictions:
    """The predictions of one training after each epoch, as they are stored."""
    n_outputs = HEADS[spec.config.model.heads].n_outputs
    prob = np.stack([epoch.prob[:, :n_outputs].astype(np.float32) for epoch in predictions])
    posterior = [epoch.posterior.astype(np.float32) for epoch in predictions if epoch.posterior is not None]
    return EpochPredictions(loss, prob, np.stack(posterior) if posterior else None, evidence.by_encoder)


def _trainer(jobs: Sequence[TrainingJob], config: Config) -> StackedTrainer | SequentialTrainer:
    return StackedTrainer(jobs, config) if len(jobs) > 1 else SequentialTrainer(jobs, config)


def _finite(spec: TrainingSpec, result: Result) -> Result | BlemoreError:
    if result.is_finite.all():
        return result
    return DataError(
        f"a training's loss must stay finite, and that of seed {spec.seed} without {spec.left_out} did not from epoch "
        f"{1 + int(np.argmin(result.is_finite))} on",
        fix="Lower train.learning_rate, or check the features with `blemore inspect`.",
    )
