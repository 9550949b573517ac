"""Objective of a training step: label loss, load balancing, and adaptation to a batch of unlabelled rows."""

from typing import NamedTuple

from torch import Tensor, nn

from blemore_cli.core.config.schema import Config
from blemore_cli.model.network import FusionNetwork, Output, TrainingStep
from blemore_cli.training.losses import imbalance, mean_label_loss


class Batch(NamedTuple):
    """B rows of a training step; R stacked models have a leading dimension R everywhere.

    Attributes:
        columns: (..., B, D) standardised features of all encoders side by side.
        present: (..., B, E) bool.
        draws: (..., B, E) uniform in (0, 1), for the random selection and the exploration noise.
        share: (..., B) share of each row in the batch's mean; 0 where the row is padding.
        label: (..., B) positions in `labels.LABELS`; of no meaning in target rows.
        drops: (..., B, d) uniform in (0, 1), for the dropout.
        weight: (..., B, E) how far the heads of each encoder learn from a row; None is 1 for all.
    """

    columns: Tensor
    present: Tensor
    draws: Tensor
    share: Tensor
    label: Tensor
    drops: Tensor | None = None
    weight: Tensor | None = None


class Objective(nn.Module):
    """A network with its losses. With stacked parameters it gives one loss for each model.

    Args:
        network: Any network of `model`.
        adapter: An adaptation loss, called as `adaptation.base.Adapter`; or None.
    """

    def __init__(self, network: FusionNetwork, adapter: nn.Module | None = None) -> None:
        super().__init__()
        self.network, self.adapter = network, adapter

    def forward(self, batch: Batch, target: Batch | None, step: TrainingStep) -> Tensor:
        """The loss in nats, of shape (...,)."""
        output = self._output(batch, step)
        weight = None if batch.weight is None else by_head(batch.weight, output.head_log_probs)
        loss = mean_label_loss(output.head_log_probs, batch.label, batch.share, weight)
        if step.balance:
            loss = loss + step.balance * imbalance(output.weights, batch.share)
        if self.adapter is None or target is None:
            return loss
        distance: Tensor = self.adapter(output, self._output(target, step), batch.share, target.share)
        return loss + step.adaptation_weight * distance

    def _output(self, batch: Batch, step: TrainingStep) -> Output:
        features = self.network.architecture.features(batch.columns)
        output: Output = self.network(features, batch.present, batch.draws, step._replace(drops=batch.drops))
        return output


def by_head(weight: Tensor, head_log_probs: Tensor) -> Tensor:
    """Weights (..., B, E) of encoders as those of their heads, (..., E m, B) for log probabilities (..., E m, B, K)."""
    n_members = head_log_probs.shape[-3] // weight.shape[-1]
    return weight.repeat_interleave(n_members, dim=-1).transpose(-2, -1)


def training_step(epoch: int, config: Config) -> TrainingStep:
    """The settings of an epoch's steps, counted from 0, without their random draws.

    The first `warmup_epochs` fuse every encoder, so that all projections learn before the gate chooses among them.
    """
    return TrainingStep(
        exploration=config.train.exploration,
        dense=epoch < config.train.warmup_epochs,
        adaptation_weight=adaptation_weight(config.adapt.weight, config.adapt.warmup_epochs, epoch),
        balance=config.train.balance,
    )


def adaptation_weight(weight: float, warmup_epochs: int, epoch: int) -> float:
    """Weight of the adaptation loss in an epoch: a straight line from 0 to `weight`, then constant.

    Early latents mean nothing yet, and pulling them together would hold the network back.

    Args:
        weight: Final weight.
        warmup_epochs: First epoch of the full weight; with 0 it is full from the start.
        epoch: Counted from 0.
    """
    return weight * min(1.0, epoch / warmup_epochs) if warmup_epochs else weight
