"""Training loop of one network, an epoch at a time: the plain reference of `training.loop.stack`."""

import copy
from collections.abc import Sequence

import torch
from torch import Tensor

from blemore_cli.core.config.schema import Config
from blemore_cli.model.network import FusionNetwork, TrainingStep
from blemore_cli.training.loop.job import Sampler, TrainingJob
from blemore_cli.training.loop.objective import Batch, Objective, training_step
from blemore_cli.training.optimisers.adam import adam_of
from blemore_cli.training.optimisers.weight_average import WeightAverage
from blemore_cli.training.predict import NetworkPredictions, PredictionInput, predict
from blemore_cli.training.scaler import Rows
from blemore_cli.training.stacking.flat_weights import FlatWeights, assign


class SingleTrainer:
    """Trains one network, an epoch at a time, and keeps the running average of its weights.

    Args:
        job: The network and what it learns from.
        config: The resolved configuration.
    """

    def __init__(self, job: TrainingJob, config: Config) -> None:
        self._job, self._config = job, config
        self._objective = Objective(job.network, job.adapter)
        self._sampler = Sampler(job, config.train)
        self._weights = FlatWeights(dict(self._objective.named_parameters()))
        assign(self._objective, self._weights.named)
        self._optimiser = adam_of([self._weights.vector], config.train)
        self._average = WeightAverage([self._weights.vector], enabled=config.train.weight_averaging)
        self._n_epochs = 0

    def epoch(self) -> float:
        """Passes once over the training rows; returns the mean training loss in nats."""
        material, settings = self._sampler.epoch(), training_step(self._n_epochs, self._config)
        sizes, device = self._sampler.sizes, self._job.label.device
        rows, draws, drops = (torch.split(part.to(device), sizes) for part in material[:3])
        total = torch.zeros((), device=device)
        for step in range(len(sizes)):
            batch = _batch(self._job.rows, rows[step], draws[step], self._job.label[rows[step]], drops[step])
            if self._job.weight is not None:
                batch = batch._replace(weight=self._job.weight[rows[step]])
            target = self._target(material.target_rows[step].to(device), material.target_draws[step].to(device))
            total += self._step(batch, target, settings) * sizes[step]
        self._n_epochs += 1
        return float(total) / len(self._job.rows)

    def averaged(self) -> FusionNetwork:
        """A copy of the network with the averaged weights."""
        objective = copy.deepcopy(self._objective).requires_grad_(False)
        objective.load_state_dict(self._weights.cut(self._average.values[0]), strict=False)  # buffers are there already
        return objective.network

    def _step(self, batch: Batch, target: Batch | None, settings: TrainingStep) -> Tensor:
        loss = self._objective(batch, target, settings)
        self._weights.clear_gradients()
        loss.backward()
        self._optimiser.step()
        self._average.update()
        return torch.as_tensor(loss.detach())

    def _target(self, rows: Tensor, draws: Tensor) -> Batch | None:
        target = self._job.target
        return None if target is None or not len(rows) else _batch(target, rows, draws, torch.zeros_like(rows))


def _batch(part: Rows, rows: Tensor, draws: Tensor, label: Tensor, drops: Tensor | None = None) -> Batch:
    share = torch.full((len(rows),), 1 / len(rows), device=rows.device)
    return Batch(part.columns[rows], part.present[rows], draws, share, label, drops)


class SequentialTrainer:
    """Trains several networks one after the other, with the interface of `training.loop.stack.StackedTrainer`."""

    def __init__(self, jobs: Sequence[TrainingJob], config: Config) -> None:
        self._trainers = [SingleTrainer(job, config) for job in jobs]

    def epoch(self) -> list[float]:
        """One epoch of each; returns the mean training losses in nats."""
        return [trainer.epoch() for trainer in self._trainers]

    def averaged(self, position: int) -> FusionNetwork:
        """The network at a position, with averaged weights."""
        return self._trainers[position].averaged()

    def predict(self, inputs: Sequence[PredictionInput]) -> list[NetworkPredictions]:
        """The predictions of each network for its clips."""
        return [predict(trainer.averaged(), clips) for trainer, clips in zip(self._trainers, inputs, strict=True)]

    def keep(self, positions: Sequence[int]) -> None:
        """Trains only these from now on."""
        self._trainers = [self._trainers[position] for position in positions]
