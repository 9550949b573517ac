"""The training loop of one network, an epoch at a time, so that whoever drives it decides what happens between.

It is the plain reference of `training.loop.trainer.stack`, which trains many networks at once.
"""

import copy
from collections.abc import Sequence

import torch

from blemore_cli.core.config.schema import Config
from blemore_cli.model.network import FusionNetwork
from blemore_cli.training.adaptation.base import adaptation_weight
from blemore_cli.training.loop.job import Sampler, TrainingJob
from blemore_cli.training.loop.objective import Batch, Mode, Objective
from blemore_cli.training.loop.optimiser import WeightAverage, new_optimiser
from blemore_cli.training.predict import NetworkPredictions, PredictionInput, predict


def mode_of(epoch: int, config: Config) -> Mode:
    """What is special about an epoch, counted from 0.

    The first `warmup_epochs` fuse every encoder, so that all projections learn before the gate chooses among them.
    """
    return Mode(
        exploration=config.train.exploration,
        dense=epoch < config.train.warmup_epochs,
        adaptation_weight=adaptation_weight(config.adapt.weight, config.adapt.warmup_epochs, epoch),
        balance=config.train.balance,
    )


class Trainer:
    """Trains one network, an epoch at a time, and keeps the running average of its weights.

    Args:
        trainee: The network and what it learns from.
        config: The resolved configuration.
    """

    def __init__(self, trainee: TrainingJob, config: Config) -> None:
        self._trainee, self._config = trainee, config
        self._objective = Objective(trainee.network, trainee.adapter)
        self._sampler = Sampler(trainee, config.train)
        self._optimiser = new_optimiser(self._objective.parameters(), config.train)
        self._average = WeightAverage(trainee.network.parameters(), enabled=config.train.weight_averaging)
        self._n_epochs = 0

    def epoch(self) -> float:
        """Passes once over the training rows; returns the mean training loss in nats."""
        material, mode = self._sampler.epoch(), mode_of(self._n_epochs, self._config)
        sizes, device = self._sampler.sizes, self._trainee.label.device
        rows, draws, drops = (torch.split(part.to(device), sizes) for part in material[:3])
        total = torch.zeros((), device=device)
        for step in range(len(sizes)):
            batch = self._batch(rows[step], draws[step], drops[step])
            target = self._target(material.target_rows[step].to(device), material.target_draws[step].to(device))
            total += self._step(batch, target, mode) * sizes[step]
        self._n_epochs += 1
        return float(total) / len(self._trainee.rows)

    def averaged(self) -> FusionNetwork:
        """A copy of the network with the averaged weights."""
        network = copy.deepcopy(self._trainee.network).requires_grad_(False)
        for weight, average in zip(network.parameters(), self._average.values, strict=True):
            weight.copy_(average)
        return network

    def _step(self, batch: Batch, target: Batch | None, mode: Mode) -> torch.Tensor:
        loss = self._objective(batch, target, mode)
        self._optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self._optimiser.step()
        self._average.update()
        return torch.as_tensor(loss.detach())

    def _batch(self, rows: torch.Tensor, draws: torch.Tensor, drops: torch.Tensor) -> Batch:
        part, share = self._trainee.rows, torch.full((len(rows),), 1 / len(rows), device=rows.device)
        return Batch(part.columns[rows], part.present[rows], draws, share, self._trainee.label[rows], drops)

    def _target(self, rows: torch.Tensor, draws: torch.Tensor) -> Batch | None:
        part = self._trainee.target
        if part is None or not len(rows):
            return None
        share = torch.full((len(rows),), 1 / len(rows), device=rows.device)
        return Batch(part.columns[rows], part.present[rows], draws, share, torch.zeros_like(rows))


class OneByOne:
    """Trains several networks one after the other, with the interface of `training.loop.trainer.stack.Stack`."""

    def __init__(self, trainees: Sequence[TrainingJob], config: Config) -> None:
        self._trainers = [Trainer(trainee, config) for trainee in trainees]

    def epoch(self) -> list[float]:
        """One epoch of each; returns the mean training losses in nats."""
        return [trainer.epoch() for trainer in self._trainers]

    def averaged(self, position: int) -> FusionNetwork:
        """The network at a position, with averaged weights."""
        return self._trainers[position].averaged()

    def predict(self, questions: Sequence[PredictionInput]) -> list[NetworkPredictions]:
        """What each network says of its own rows."""
        return [predict(trainer.averaged(), asked) for trainer, asked in zip(self._trainers, questions, strict=True)]

    def keep(self, positions: Sequence[int]) -> None:
        """Trains only these from now on."""
        self._trainers = [self._trainers[position] for position in positions]
