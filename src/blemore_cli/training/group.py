"""Trainings done together, as one stack."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from blemore_cli.core.errors import BlemoreError, DataError
from blemore_cli.core.labels import N_EMOTIONS, N_LABELS
from blemore_cli.core.parallel.progress import advance
from blemore_cli.core.types import Bools, Floats
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.model.network import FusionNetwork
from blemore_cli.training.loop.job import TrainingJob
from blemore_cli.training.loop.stack import Stack
from blemore_cli.training.loop.trainer import OneByOne
from blemore_cli.training.predict import NetworkPredictions
from blemore_cli.training.scaler import Scaler
from blemore_cli.training.spec import Preparation, TrainingSpec


@dataclass(frozen=True)
class EpochPredictions:
    """What an inner training said after each of its T epochs.

    Attributes:
        loss: (T,) mean training loss in nats.
        prob: (T, M, K) float32 probabilities of the M target rows; K is 36, or 6 with heads over the emotions.
        useful: (T, M, E) float32 usefulness of each encoder for these rows, where a second stage is to learn it.
    """

    loss: Floats
    prob: Floats
    useful: Floats | None = None

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
    """

    network: FusionNetwork
    scaler: Scaler
    loss: Floats

    @property
    def is_finite(self) -> Bools:
        """Whether (T,) the loss of an epoch is finite."""
        return np.isfinite(self.loss)


Result = TypeVar("Result", EpochPredictions, Trained)


def train_and_predict(table: FeatureTable, tasks: Sequence[TrainingSpec]) -> list[EpochPredictions | BlemoreError]:
    """Trains networks and predicts their target rows after every epoch.

    Args:
        table: Raw features of all clips.
        tasks: Trainings that can be stacked and have equally many epochs.

    Returns:
        For each task what it said, or why its training failed.
    """
    prepared = Preparation(table)
    trainers = _trainers([prepared.trainee(task) for task in tasks], tasks)
    questions = [prepared.question(task) for task in tasks]
    losses, said = [], []
    for _ in range(tasks[0].n_epochs):
        losses.append(trainers.epoch())
        said.append(trainers.predict(questions))
        advance(len(tasks) / tasks[0].n_epochs)
    loss = np.array(losses)  # (T, R)
    return [_finite(task, _watched(task, loss[:, r], [epoch[r] for epoch in said])) for r, task in enumerate(tasks)]


def train(table: FeatureTable, tasks: Sequence[TrainingSpec]) -> list[Trained | BlemoreError]:
    """Trains networks, each for its own number of epochs.

    Args:
        table: Raw features of all clips.
        tasks: Trainings that can be stacked.

    Returns:
        For each task the network, or why its training failed.
    """
    prepared = Preparation(table)
    trainers = _trainers([prepared.second_stage(task) for task in tasks], tasks)
    done: dict[int, Trained] = {}
    active = list(range(len(tasks)))
    losses: list[list[float]] = [[] for _ in tasks]
    for epoch in range(1, max(task.n_epochs for task in tasks) + 1):
        for position, loss in zip(active, trainers.epoch(), strict=True):
            losses[position].append(loss)
        advance(sum(1 / tasks[position].n_epochs for position in active))
        for place, position in enumerate(active):
            if tasks[position].n_epochs == epoch:
                network, scaler = trainers.averaged(place).cpu(), prepared.material(tasks[position]).scaler
                prepared.choose_number(tasks[position], network)
                done[position] = Trained(network, scaler, np.array(losses[position]))
        staying = [place for place, position in enumerate(active) if position not in done]
        if staying and len(staying) < len(active):
            trainers.keep(staying)
        active = [active[place] for place in staying]
    return [_finite(task, done[position]) for position, task in enumerate(tasks)]


def _watched(task: TrainingSpec, loss: Floats, said: Sequence[NetworkPredictions]) -> EpochPredictions:
    """What one training said after each epoch, as it is kept."""
    n_outputs = N_EMOTIONS if task.config.model.heads == "softmax_emotions" else N_LABELS
    useful = [forecast.useful.astype(np.float32) for forecast in said if forecast.useful is not None]
    prob = np.stack([forecast.prob[:, :n_outputs].astype(np.float32) for forecast in said])
    return EpochPredictions(loss, prob, np.stack(useful) if useful else None)


def _trainers(trainees: Sequence[TrainingJob], tasks: Sequence[TrainingSpec]) -> Stack | OneByOne:
    kind = Stack if len(trainees) > 1 else OneByOne
    return kind(trainees, tasks[0].config)


def _finite(task: TrainingSpec, result: Result) -> Result | BlemoreError:
    if result.is_finite.all():
        return result
    return DataError(
        f"a training's loss must stay finite, and that of seed {task.seed} without {task.left_out} did not from epoch "
        f"{1 + int(np.argmin(result.is_finite))} on",
        fix="Lower train.learning_rate, or check the features with `blemore inspect`.",
    )
