"""R networks trained as one tensor program: their parameters are stacked, and every step serves all of them.

The networks stay what they are: a copy of the first one is given everybody's parameters, and since every operation
takes leading dimensions, calling it is calling R models. Each trains as it would alone (up to rounding),
because losses are summed over models that share no parameter. Where batches differ in size, the smaller ones are
padded by rows whose share of the loss is zero.
"""

import copy
from collections.abc import Sequence
from typing import Final, cast

import torch
from torch import Tensor, nn
from torch.func import functional_call, stack_module_state

from blemore_cli.core.config.schema import Config
from blemore_cli.model.build_network import build_network
from blemore_cli.model.network import FusionNetwork, Output
from blemore_cli.training.loop.flat_weights import FlatWeights
from blemore_cli.training.loop.job import Epoch, Rows, Sampler, TrainingJob, offsets
from blemore_cli.training.loop.objective import Batch, Mode, Objective
from blemore_cli.training.loop.optimiser import WeightAverage, new_optimiser
from blemore_cli.training.loop.trainer import mode_of
from blemore_cli.training.predict import NetworkPredictions, PredictionInput, forecast_of
from blemore_cli.training.second_stage.encoder_posterior import EncoderPosterior, LabelEvidence

Said = tuple[Output, Tensor | None]

ROWS_AT_ONCE: Final = 512
"""Rows of each model that are predicted at once; more would leave the cache."""

ALIGNED: Final = 16
"""Rows are filled up to a multiple of this: every model's part of a tensor then begins at a multiple of 64 bytes, and
with widths like the defaults its arithmetic does not depend on its place in the stack."""


class Stack:
    """Trains R networks of one architecture at once, an epoch at a time.

    The networks may differ in their selection, seed and rows; the epochs must have equally many batches.

    Args:
        trainees: The networks and what they learn from, R of them.
        config: What they have in common.
    """

    def __init__(self, trainees: Sequence[TrainingJob], config: Config) -> None:
        self._trainees, self._config = list(trainees), config
        objectives = [Objective(trainee.network, trainee.adapter) for trainee in trainees]
        weights, self._buffers = stack_module_state(list[nn.Module](objectives))
        self._weights = FlatWeights(weights)
        self._objective = copy.deepcopy(objectives[0])
        self._load()
        self._samplers = [Sampler(trainee, config.train) for trainee in trainees]
        self._optimiser = new_optimiser([self._weights.vector], config.train)
        self._average = WeightAverage([self._weights.vector], enabled=config.train.weight_averaging)
        self._layout()
        self._n_epochs = 0

    def epoch(self) -> list[float]:
        """One epoch of each; returns the mean training losses in nats."""
        mode, device = mode_of(self._n_epochs, self._config), self._trainees[0].label.device
        material = _stacked([sampler.epoch() for sampler in self._samplers], self._positions, device)
        total = torch.zeros(len(self._trainees), device=device)
        for step, share in enumerate(self._share.unbind(1)):
            loss = self._step(self._batch(material, share, step), self._target(material, step), mode)
            total += loss * (share > 0).sum(-1)
        self._n_epochs += 1
        return [float(loss) / len(trainee.rows) for loss, trainee in zip(total, self._trainees, strict=True)]

    def averaged(self, position: int) -> FusionNetwork:
        """A copy of the network at a position, with the averaged weights."""
        trainee = self._trainees[position]
        network, own = build_network(trainee.architecture, generator=torch.Generator()), self._network_state()
        network.load_state_dict({key: own[key][position] for key in network.state_dict()})
        return network.requires_grad_(False).to(trainee.label.device)

    @torch.no_grad()
    def predict(self, questions: Sequence[PredictionInput]) -> list[NetworkPredictions]:
        """What each network says of its own rows; all of them are told the truth, or none."""
        n_rows = [len(asked.rows) for asked in questions]
        witness = EncoderPosterior(self._objective.network)
        state, parts = {f"network.{key}": value for key, value in self._network_state().items()}, []
        for start in range(0, max(n_rows), ROWS_AT_ONCE):
            rows = torch.stack([torch.arange(start, start + ROWS_AT_ONCE).clamp_max(n - 1) for n in n_rows])
            rows = rows[:, : _aligned(max(n_rows) - start)].to(self._trainees[0].label.device)
            parts.append(cast(Said, functional_call(witness, state, self._asked(questions, rows))))
        log_prob = torch.cat([output.log_prob for output, _ in parts], dim=1)
        weights = torch.cat([output.weights for output, _ in parts], dim=1)
        useful = [each for _, each in parts if each is not None]
        of_all = torch.cat(useful, dim=1) if useful else [None] * len(n_rows)
        return [
            forecast_of(log_prob[r, :n], weights[r, :n], each if each is None else each[:n])
            for r, (n, each) in enumerate(zip(n_rows, of_all, strict=True))
        ]

    def _asked(
        self, questions: Sequence[PredictionInput], rows: Tensor
    ) -> tuple[Sequence[Tensor], Tensor, Tensor, LabelEvidence | None]:
        """What the networks read of (R, B) rows, each of its own question."""
        columns, present = _gathered([asked.rows for asked in questions], rows)
        draws = torch.stack([asked.draws[part.cpu()] for asked, part in zip(questions, rows, strict=True)])
        truths = [asked.truth for asked in questions if asked.truth is not None]
        truth = LabelEvidence._make(_taken(field, rows) for field in zip(*truths, strict=True)) if truths else None
        return self._trainees[0].architecture.features(columns), present, draws.to(rows.device), truth

    def keep(self, positions: Sequence[int]) -> None:
        """Trains only these from now on."""
        index = torch.tensor(positions, device=self._trainees[0].label.device)
        before, state = self._weights, self._optimiser.state[self._weights.vector]
        self._weights = before.keep(index)
        self._optimiser = new_optimiser([self._weights.vector], self._config.train)
        self._optimiser.state[self._weights.vector] = {
            key: before.rows(value, index) if value.ndim else value for key, value in state.items()
        }
        self._average.replace([self._weights.vector], [before.rows(value, index) for value in self._average.values])
        self._buffers = {key: value[index] for key, value in self._buffers.items()}
        self._load()
        self._trainees = [self._trainees[position] for position in positions]
        self._samplers = [self._samplers[position] for position in positions]
        self._layout()

    def _step(self, batch: Batch, target: Batch | None, mode: Mode) -> Tensor:
        losses = self._objective(batch, target, mode)
        self._optimiser.zero_grad(set_to_none=False)  # the named gradients share the vector's memory
        losses.sum().backward()
        self._optimiser.step()
        self._average.update()
        return torch.as_tensor(losses.detach())

    def _load(self) -> None:
        """Gives the one module everybody's weights; calling it serves all, without the cost of a functional call."""
        for name, tensor in (self._weights.named | self._buffers).items():
            owner, _, own_name = name.rpartition(".")
            setattr(self._objective.get_submodule(owner), own_name, tensor)

    def _layout(self) -> None:
        """Finds (R, T, B) the place of every row of every batch in its epoch's order, and its share, 0 in padding."""
        sizes = torch.tensor([sampler.sizes for sampler in self._samplers])[..., None]  # (R, T, 1)
        start = torch.tensor([offsets(sampler.sizes) for sampler in self._samplers])[..., None]
        place = torch.arange(_aligned(int(sizes.max())))
        is_real = place < sizes
        self._positions, self._share = torch.where(is_real, start + place, 0), is_real / sizes
        self._share = self._share.to(self._trainees[0].label.device)

    def _batch(self, material: Epoch, share: Tensor, step: int) -> Batch:
        rows = material.order[:, step]
        columns, present = _gathered([trainee.rows for trainee in self._trainees], rows)
        label = _taken([trainee.label for trainee in self._trainees], rows)
        return Batch(columns, present, material.draws[:, step], share, label, material.drops[:, step])

    def _target(self, material: Epoch, step: int) -> Batch | None:
        targets = [trainee.target for trainee in self._trainees if trainee.target is not None]
        rows = material.target_rows[:, step]
        if not targets or not rows.shape[-1]:
            return None
        share = torch.full(rows.shape, 1 / rows.shape[-1], device=rows.device)
        return Batch(*_gathered(targets, rows), material.target_draws[:, step], share, torch.zeros_like(rows))

    def _network_state(self) -> dict[str, Tensor]:
        """The averaged weights and the buffers of the networks, by their own names."""
        prefix = "network."
        state = self._weights.cut(self._average.values[0]) | self._buffers
        return {key.removeprefix(prefix): value for key, value in state.items() if key.startswith(prefix)}


def _aligned(n_rows: int) -> int:
    return -(-n_rows // ALIGNED) * ALIGNED


def _gathered(parts: Sequence[Rows], rows: Tensor) -> tuple[Tensor, Tensor]:
    """Columns (R, B, D) and presence (R, B, E) of (R, B) rows, each model's from its own matrix."""
    return _taken([part.columns for part in parts], rows), _taken([part.present for part in parts], rows)


def _taken(parts: Sequence[Tensor], rows: Tensor) -> Tensor:
    """(R, B, ...) rows (R, B) of each model's own (N, ...), in one go where all have the same."""
    if all(part is parts[0] for part in parts):
        return parts[0].index_select(0, rows.flatten()).view(*rows.shape, *parts[0].shape[1:])
    return torch.stack([part.index_select(0, own) for part, own in zip(parts, rows, strict=True)])


def _stacked(epochs: Sequence[Epoch], positions: Tensor, device: torch.device) -> Epoch:
    """The material of all models, cut into padded batches: (R, T, B, ...)."""
    cut = [
        epoch._replace(order=epoch.order[at], draws=epoch.draws[at], drops=epoch.drops[at])
        for epoch, at in zip(epochs, positions, strict=True)
    ]
    return Epoch._make(torch.stack(field).to(device) for field in zip(*cut, strict=True))
