"""What training minimises for one batch: the label loss, and the adaptation loss to a batch of unlabelled rows."""

from typing import NamedTuple

from torch import Tensor, nn

from blemore_cli.model.network import FusionNetwork, Output, Training
from blemore_cli.training.loop.balance import imbalance
from blemore_cli.training.loop.losses import mean_label_loss


class Batch(NamedTuple):
    """B rows of a training step; R stacked models have a leading dimension R everywhere.

    Attributes:
        columns: (..., B, D) standardised features of all encoders side by side.
        present: (..., B, E) bool.
        draws: (..., B, E) uniform in (0, 1), for the random selection and the exploration noise.
        share: (..., B) share of each row in the batch's mean; 0 where the row is padding.
        label: (..., B) positions in `labels.LABELS`; of no meaning in target rows.
        drops: (..., B, d) uniform in (0, 1), for the dropout.
    """

    columns: Tensor
    present: Tensor
    draws: Tensor
    share: Tensor
    label: Tensor
    drops: Tensor | None = None


class Mode(NamedTuple):
    """What changes from epoch to epoch, alike for all stacked models.

    Attributes:
        exploration: Scale of the Gumbel noise on the gate's scores.
        dense: Fuse every encoder, as in the warm-up.
        adaptation_weight: Of the adaptation loss.
        balance: Weight of the load-balancing loss.
    """

    exploration: float
    dense: bool
    adaptation_weight: float = 0.0
    balance: float = 0.0


class Objective(nn.Module):
    """A network with its losses. With stacked parameters it gives one loss for each model.

    Args:
        network: Any network of `model`.
        adapter: An adaptation loss on fused latents, or None.
    """

    def __init__(self, network: FusionNetwork, adapter: nn.Module | None = None) -> None:
        super().__init__()
        self.network, self.adapter = network, adapter

    def forward(self, batch: Batch, target: Batch | None, mode: Mode) -> Tensor:
        """The loss in nats, of shape (...,)."""
        output = self._network(batch, mode)
        loss = mean_label_loss(output.head_log_probs, batch.label, batch.share)
        if mode.balance:
            loss = loss + mode.balance * imbalance(output.weights, batch.share)
        if self.adapter is None or target is None:
            return loss
        distance: Tensor = self.adapter(output.fused, self._network(target, mode).fused, batch.share, target.share)
        return loss + mode.adaptation_weight * distance

    def _network(self, batch: Batch, mode: Mode) -> Output:
        features = self.network.architecture.features(batch.columns)
        training = Training(mode.exploration, mode.dense, batch.drops)
        said: Output = self.network(features, batch.present, batch.draws, training)
        return said
