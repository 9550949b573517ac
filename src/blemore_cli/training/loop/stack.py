"""Stack of R networks trained as one tensor program: their parameters are stacked, and every step serves all of them.

The networks stay what they are: a copy of the first one is given the parameters of all, and since every operation
takes leading dimensions, calling it is calling R models. Each trains as it would alone (up to rounding),
because losses are summed over models that share no parameter. Where batches differ in size, the smaller ones are
padded by rows whose share of the loss is zero.
"""

import copy
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.func import functional_call, stack_module_state

from blemore_cli.core.config.schema import Config
from blemore_cli.model.evidence.network import encoder_log_probs
from blemore_cli.model.families import build_network
from blemore_cli.model.network import FusionNetwork, Output, TrainingStep
from blemore_cli.training.loop.job import EpochDraws, Sampler, TrainingJob
from blemore_cli.training.loop.objective import Batch, Objective, training_step
from blemore_cli.training.optimisers.adam import adam_of
from blemore_cli.training.optimisers.weight_average import WeightAverage
from blemore_cli.training.predict import NetworkPredictions, PredictionInput, half_precision, network_predictions
from blemore_cli.training.second_stage.encoder_posterior import EncoderPosterior, TrueLabels
from blemore_cli.training.stacking.flat_weights import FlatWeights, assign
from blemore_cli.training.stacking.padding import aligned, padded_batches
from blemore_cli.training.stacking.rows import taken, taken_rows

NETWORK: Final = "network."
"""Prefix of the network's tensors among those of its objective."""

ROWS_AT_ONCE: Final = 128
"""Rows of each model that are predicted at once; those of more would leave the cache, and large stacks hold more."""


class StackedTrainer:
    """Trains R networks of one architecture at once, an epoch at a time.

    The networks may differ in their selection, seed and rows; the epochs must have equally many batches.

    Args:
        jobs: The networks and what they learn from, R of them.
        config: What they have in common.
    """

    def __init__(self, jobs: Sequence[TrainingJob], config: Config) -> None:
        self._jobs, self._config = list(jobs), config
        self._device = jobs[0].label.device
        objectives = [Objective(job.network, job.adapter) for job in jobs]
        weights, self._buffers = stack_module_state(list[nn.Module](objectives))
        self._weights = FlatWeights(weights)
        self._objective = copy.deepcopy(objectives[0])
        self._optimiser = adam_of([self._weights.vector], config.train)
        self._average = WeightAverage([self._weights.vector], enabled=config.train.weight_averaging)
        self._samplers = [Sampler(job, config.train) for job in jobs]
        self._n_epochs = 0
        self._set_up()

    def epoch(self) -> list[float]:
        """One epoch of each; returns the mean training losses in nats."""
        settings = training_step(self._n_epochs, self._config)
        draws = _stacked([sampler.epoch() for sampler in self._samplers], self._positions, self._device)
        total = torch.zeros(len(self._jobs), device=self._device)
        for step, share in enumerate(self._share.unbind(1)):
            loss = self._step(self._batch(draws, share, step), self._target(draws, step), settings)
            total += loss * (share > 0).sum(-1)
        self._n_epochs += 1
        return [float(loss) / len(job.rows) for loss, job in zip(total, self._jobs, strict=True)]

    def averaged(self, position: int) -> FusionNetwork:
        """A copy of the network at a position, with the averaged weights."""
        architecture, state = self._jobs[position].network.architecture, self._averaged_state()
        network = build_network(architecture, generator=torch.Generator())
        network.load_state_dict({key: state[NETWORK + key][position] for key in network.state_dict()})
        return network.requires_grad_(False).to(self._device)

    @torch.no_grad()
    def predict(self, inputs: Sequence[PredictionInput]) -> list[NetworkPredictions]:
        """The predictions of each network for its clips; true labels are given for all networks, or for none."""
        n_rows = [len(clips.rows) for clips in inputs]
        network, state = EncoderPosterior(self._objective.network), self._averaged_state()
        outputs: list[tuple[Output, Tensor | None]] = []
        for start in range(0, max(n_rows), ROWS_AT_ONCE):
            rows = torch.stack([torch.arange(start, start + ROWS_AT_ONCE).clamp_max(n - 1) for n in n_rows])
            rows = rows[:, : aligned(max(n_rows) - start)].to(self._device)
            outputs.append(
                cast(tuple[Output, Tensor | None], functional_call(network, state, self._gather(inputs, rows)))
            )
        log_prob = torch.cat([output.log_prob for output, _ in outputs], dim=1)
        weights = torch.cat([output.weights for output, _ in outputs], dim=1)
        posteriors = [posterior for _, posterior in outputs if posterior is not None]
        posterior = torch.cat(posteriors, dim=1) if posteriors else None
        predictions = [
            network_predictions(log_prob[r, :n], weights[r, :n], None if posterior is None else posterior[r, :n])
            for r, n in enumerate(n_rows)
        ]
        if not inputs[0].by_encoder:
            return predictions
        parts = [half_precision(encoder_log_probs(output)) for output, _ in outputs]
        by_encoder = [np.concatenate([part[r] for part in parts])[:n] for r, n in enumerate(n_rows)]
        return [replace(each, by_encoder=values) for each, values in zip(predictions, by_encoder, strict=True)]

    def keep(self, positions: Sequence[int]) -> None:
        """Trains only these from now on."""
        index = torch.tensor(positions, device=self._device)
        before, self._weights = self._weights, self._weights.keep(index)

        def kept(vector: Tensor) -> Tensor:
            return before.rows(vector, index)

        self._optimiser = self._optimiser.continued([self._weights.vector], kept)
        self._average.replace([self._weights.vector], map(kept, self._average.values))
        self._buffers = {key: value[index] for key, value in self._buffers.items()}
        self._jobs = [self._jobs[position] for position in positions]
        self._samplers = [self._samplers[position] for position in positions]
        self._set_up()

    def _set_up(self) -> None:
        """Gives the one module the tensors of all networks, which is quicker than functional calls; lays out batches.

        Positions and shares are (R, T, B): of every row of every batch.
        """
        assign(self._objective, self._weights.named | self._buffers)
        self._positions, share = padded_batches([sampler.sizes for sampler in self._samplers])
        self._share = share.to(self._device)

    def _step(self, batch: Batch, target: Batch | None, settings: TrainingStep) -> Tensor:
        losses = self._objective(batch, target, settings)
        self._weights.clear_gradients()
        losses.sum().backward()
        self._optimiser.step()
        self._average.update()
        return torch.as_tensor(losses.detach())

    def _batch(self, draws: EpochDraws, share: Tensor, step: int) -> Batch:
        rows = draws.order[:, step]
        columns, present = taken_rows([job.rows for job in self._jobs], rows)
        label = taken([job.label for job in self._jobs], rows)
        weights = [job.weight for job in self._jobs if job.weight is not None]
        weight = taken(weights, rows) if weights else None
        return Batch(columns, present, draws.draws[:, step], share, label, draws.drops[:, step], weight)

    def _target(self, draws: EpochDraws, step: int) -> Batch | None:
        targets = [job.target for job in self._jobs if job.target is not None]
        rows = draws.target_rows[:, step]
        if not targets or not rows.shape[-1]:
            return None
        share = torch.full(rows.shape, 1 / rows.shape[-1], device=rows.device)
        return Batch(*taken_rows(targets, rows), draws.target_draws[:, step], share, torch.zeros_like(rows))

    def _gather(
        self, inputs: Sequence[PredictionInput], rows: Tensor
    ) -> tuple[Sequence[Tensor], Tensor, Tensor, TrueLabels | None]:
        """Features, presence, draws and true labels of (R, B) rows, each network's from its inputs."""
        columns, present = taken_rows([clips.rows for clips in inputs], rows)
        draws = torch.stack([clips.draws[part.cpu()] for clips, part in zip(inputs, rows, strict=True)])
        truths = [clips.truth for clips in inputs if clips.truth is not None]
        truth = TrueLabels._make(taken(part, rows) for part in zip(*truths, strict=True)) if truths else None
        return self._jobs[0].network.architecture.features(columns), present, draws.to(rows.device), truth

    def _averaged_state(self) -> dict[str, Tensor]:
        """The averaged weights and the buffers of the networks; the adapter's are left out."""
        state = self._weights.cut(self._average.values[0]) | self._buffers
        return {key: value for key, value in state.items() if key.startswith(NETWORK)}


def _stacked(epochs: Sequence[EpochDraws], positions: Tensor, device: torch.device) -> EpochDraws:
    """The draws of all networks, cut into padded batches: (R, T, B, ...)."""
    cut = [
        epoch._replace(order=epoch.order[at], draws=epoch.draws[at], drops=epoch.drops[at])
        for epoch, at in zip(epochs, positions, strict=True)
    ]
    return EpochDraws._make(torch.stack(part).to(device) for part in zip(*cut, strict=True))
