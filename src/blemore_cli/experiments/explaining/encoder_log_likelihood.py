"""Log-likelihood of a clip's label given one encoder alone, cross-fitted: the usefulness of the encoder for the clip.

Alone, an encoder is read with more certainty than it deserves: the heads were trained on several at once. A wrong
but certain encoder then counts as worse than one that knows nothing, and two that are both right are ordered by
their boldness. So the probabilities are cooled by one temperature, fitted to the clips of the other folds.
"""

import numpy as np

from blemore_cli.core.types import Bools, Clips, Floats
from blemore_cli.evaluation.scoring.log_loss import held_out_losses
from blemore_cli.evaluation.scoring.temperature import fit_temperature, temperature_scaled
from blemore_cli.experiments.explaining.out_of_fold import OutOfFold


def encoder_log_likelihood(grid: OutOfFold) -> Floats:
    """Cross-fitted log-likelihood of each clip's label in nats given one encoder alone, larger is better.

    Neither the model nor the temperature has seen the labels of the clip's fold; with one fold it is not cooled.

    Returns:
        (S, N, E), NaN where a clip lacks the encoder.
    """
    alone = np.stack([_alone(grid, encoder) for encoder in range(grid.available.shape[1])])
    alone = np.moveaxis(alone, 0, 2)  # (S, N, E, K)
    usefulness = np.full(alone.shape[:3], np.nan)
    for fold in np.unique(grid.clips.fold):
        in_fold = grid.clips.fold == fold
        temperature = _temperature(grid.clips, alone, grid.available, ~in_fold)
        prob = np.exp(temperature_scaled(alone[:, in_fold], temperature))
        label = np.broadcast_to(grid.clips.label[in_fold, None], prob.shape[:-1])
        losses = held_out_losses(label.ravel(), prob.reshape(-1, prob.shape[-1])).reshape(prob.shape[:-1])
        usefulness[:, in_fold] = np.where(grid.available[in_fold], -losses, np.nan)
    return usefulness


def _alone(grid: OutOfFold, encoder: int) -> Floats:
    """(S, N, K) log probabilities of the models from one encoder."""
    kept = np.zeros((len(grid.seeds), *grid.available.shape), dtype=bool)
    kept[..., encoder] = True
    return grid.log_prob(kept)


def _temperature(clips: Clips, alone: Floats, available: Bools, rows: Bools) -> float:
    """The temperature of some clips' available encoders, all seeds together; 1 where there is no clip."""
    if not rows.any():
        return 1.0
    present = available[rows]
    log_prob = alone[:, rows][:, present]  # (S, available, K)
    label = np.broadcast_to(clips.label[rows, None], present.shape)[present]
    return fit_temperature(np.tile(label, len(alone)), log_prob.reshape(-1, log_prob.shape[-1]))
