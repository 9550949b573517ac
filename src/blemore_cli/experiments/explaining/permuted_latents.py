"""Predictions of a fold model with some columns from other clips, by differences of what is linear in the columns.

Latents, keys of the gate and sums of squares are sums over the columns of an encoder. Shuffling some columns changes
them by the difference of these columns times their rows of the weights, so that all groups together cost about what
one pass over the features costs. What follows the latents is small, and is computed anew for each group.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from blemore_cli.core.types import Floats, Ints
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.experiments.explaining.permuted_columns import Columns, PermutedModel, PlainPermutedModel, normalised
from blemore_cli.model.energy import LEAST_ENERGY
from blemore_cli.model.evidence.network import EvidenceNetwork
from blemore_cli.model.gate.attention import AttentionGate
from blemore_cli.model.gate.view import ViewGate
from blemore_cli.model.linear import Linear
from blemore_cli.model.network import BlemoreNetwork
from blemore_cli.training.checkpoint import Checkpoint


class LinearParts(NamedTuple):
    """What a network computes of n clips as sums over their columns.

    Attributes:
        latents: (n, E, d).
        keys: (n, P, d_gate) of the gate: one for each encoder, or one for all.
        squares: (n, E) sums of the squared inputs of the encoders that are not reduced.
        reduced: (n, R) inputs of the encoders that are reduced to principal components, side by side.
    """

    latents: Tensor
    keys: Tensor
    squares: Tensor
    reduced: Tensor

    def plus(self, other: "LinearParts", sign: float = 1.0) -> "LinearParts":
        """These parts and others, or without others."""
        return LinearParts._make(a + sign * b for a, b in zip(self, other, strict=True))


class _Encoder(NamedTuple):
    """One encoder's part in the sums.

    Attributes:
        columns: (D_e, n) its standardised features, a row for each column.
        weights: (D_e, d + d_key + R_e) from these to latent, key and, where it is reduced, input.
        key: Place of its key.
        d_key: Width of the key; 0 where the gate does not read the encoder.
        square: Square of its shift weight; 0 where it is reduced.
        reduced: Places of its input among those of the reduced encoders.
    """

    columns: NDArray[np.float32]
    weights: Tensor
    key: int
    d_key: int
    square: float
    reduced: slice


def permuted_model(model: Checkpoint, table: FeatureTable, rows: Ints) -> PermutedModel:
    """The quick way where the gate's keys are known to be sums over columns, else the plain one."""
    is_known = type(getattr(model.network, "gate", None)) in (AttentionGate, ViewGate)
    return (LinearPermutedModel if is_known else PlainPermutedModel)(model, table, rows)


class LinearPermutedModel(PermutedModel):
    """The sums of all clips once, and their differences for each group."""

    def predictions(self, groups: Sequence[Columns], donor: Ints) -> Iterator[tuple[Floats, Floats]]:
        """Adds to the sums the difference that a group makes, or the one that all other columns make."""
        sums = _Sums(self)
        everything = {encoder: np.arange(len(part.columns)) for encoder, part in enumerate(sums.encoders)}
        shuffled = sums.intact.plus(sums.difference(everything, donor))
        for columns in groups:
            difference = sums.difference(columns, donor)
            yield sums.log_prob(sums.intact.plus(difference)), sums.log_prob(shuffled.plus(difference, -1.0))


class _Sums:
    """The sums that a network computes of some clips, and what it predicts from them.

    Attributes:
        encoders: The parts of the encoders.
        intact: The sums where nothing is shuffled.
    """

    @torch.no_grad()
    def __init__(self, model: PermutedModel) -> None:
        self._network = cast(BlemoreNetwork | EvidenceNetwork, model.model.network)
        self._present, self._draws = model.present, model.draws
        self._widths = model.model.scaler.widths
        self.encoders = _encoders(model.model, model.standardised())
        self.intact = self._intact(model.model.scaler.apply(model.table, model.rows).columns)

    def _intact(self, columns: Tensor) -> LinearParts:
        inputs, gate = torch.split(columns, list(self._widths), dim=1), _known(self._network.gate)
        is_reduced = [part.reduced.stop > part.reduced.start for part in self.encoders]
        reduced = [x for x, reduces in zip(inputs, is_reduced, strict=True) if reduces]
        keys = gate.keys(inputs) if isinstance(gate, AttentionGate) else gate.joint_key(inputs).unsqueeze(1)
        return LinearParts(
            latents=self._network.project(inputs),
            keys=keys,
            squares=torch.stack([x.square().sum(1) for x in inputs], dim=1),
            reduced=torch.cat([columns[:, :0], *reduced], dim=1),
        )

    @torch.no_grad()
    def difference(self, columns: Columns, donor: Ints) -> LinearParts:
        """What the sums gain where these columns come from the donors (n, E)."""
        change = LinearParts._make(torch.zeros_like(part) for part in self.intact)
        d_latent = self.intact.latents.shape[-1]
        for encoder, chosen in columns.items():
            part = self.encoders[encoder]
            before = part.columns[chosen]
            after = before[:, donor[:, encoder]]
            product = torch.from_numpy(after - before).T @ part.weights[torch.from_numpy(chosen)]
            latent, key, reduced = torch.tensor_split(product, [d_latent, d_latent + part.d_key], dim=1)
            change.latents[:, encoder] += latent
            change.reduced[:, part.reduced] += reduced
            change.squares[:, encoder] += part.square * torch.from_numpy((after**2 - before**2).sum(axis=0))
            if part.d_key:
                change.keys[:, part.key] += key
        return change

    @torch.no_grad()
    def log_prob(self, parts: LinearParts) -> Floats:
        """(n, K) log probabilities from the sums."""
        network, gate = self._network, _known(self._network.gate)
        scores = gate.scores(parts.keys if isinstance(gate, AttentionGate) else parts.keys.squeeze(1))
        if isinstance(network, BlemoreNetwork):
            kept = network.select(scores, self._draws, self._present, exploration=0.0)
            return normalised(network.read(parts.latents, scores, kept).log_prob)
        quality = torch.stack([self._log_energy(parts), scores], dim=-1)
        evidence = network.pool.evidence(network.log_probs(parts.latents, self._present), quality)
        kept = network.select(network.scores(evidence, self._present), self._draws, self._present, exploration=0.0)
        return normalised(network.read(evidence, kept)[0])

    def _log_energy(self, parts: LinearParts) -> Tensor:
        """(n, E) what `model.energy.log_energy` is of the inputs."""
        squares = [
            parts.reduced[:, part.reduced].square().sum(1) if part.reduced.stop > part.reduced.start else of_columns
            for part, of_columns in zip(self.encoders, parts.squares.unbind(1), strict=True)
        ]
        mean = torch.stack(squares, dim=1) / torch.tensor(self._widths)
        return torch.log(mean.clamp_min(0) + LEAST_ENERGY)


def _encoders(model: Checkpoint, standardised: Sequence[NDArray[np.float32]]) -> list[_Encoder]:
    encoders, start, network = [], 0, cast(BlemoreNetwork, model.network)
    for encoder, rows in enumerate(standardised):
        components, weight = model.scaler.components_of(encoder), model.scaler.shift_weights[encoder]
        place, of_key = _key_weights(network, encoder)
        of_input = torch.cat(
            [cast(Linear, cast(BlemoreNetwork, model.network).project.maps[encoder]).weight, of_key], 1
        )
        width = 0 if components is None else components.shape[1]
        if components is not None:
            reduction = torch.from_numpy(components)
            of_input = torch.cat([reduction @ of_input, reduction], dim=1)
        encoders.append(
            _Encoder(
                columns=np.ascontiguousarray(rows.T),
                weights=weight * of_input,
                key=place,
                d_key=of_key.shape[1],
                square=0.0 if width else weight**2,
                reduced=slice(start, start + width),
            )
        )
        start += width
    return encoders


def _key_weights(network: BlemoreNetwork | EvidenceNetwork, encoder: int) -> tuple[int, Tensor]:
    """Place of the key that an encoder has a part in, and the weights (K_e, d_gate) from its input to it."""
    gate, widths = network.gate, network.architecture.widths
    if isinstance(gate, AttentionGate):
        return encoder, cast(Linear, gate.keys.maps[encoder]).weight
    view = cast(ViewGate, gate).view
    if encoder not in view:
        return 0, torch.zeros(widths[encoder], 0)
    before = sum(widths[other] for other in view[: view.index(encoder)])
    return 0, cast(ViewGate, gate).key.weight[before : before + widths[encoder]]


def _known(gate: nn.Module) -> AttentionGate | ViewGate:
    return cast(AttentionGate | ViewGate, gate)
