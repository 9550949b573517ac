"""How useful each encoder is for a clip: what the model that left the clip out says of it from that encoder alone.

Alone, an encoder is read with more certainty than it deserves: the heads were trained on several at once. A wrong
but certain encoder then counts as worse than one that knows nothing, and two that are both right are ordered by
their boldness. So the probabilities are cooled by one temperature, fitted to the clips of the other folds.
"""

import numpy as np

from blemore_cli.core.types import Bools, Clips, Floats
from blemore_cli.evaluation.scoring.log_loss import held_out_losses
from blemore_cli.evaluation.scoring.temperature import fit_temperature, temperature_scaled
from blemore_cli.experiments.explaining.out_of_fold import OutOfFold


def encoder_log_likelihood(found: OutOfFold) -> Floats:
    """Cross-fitted log-likelihood of each clip's label in nats given one encoder alone, larger is better.

    Neither the model nor the temperature has seen the labels of the clip's fold; with one fold it is not cooled.

    Returns:
        (S, N, E), NaN where a clip lacks the encoder.
    """
    alone = np.stack([_alone(found, encoder) for encoder in range(found.available.shape[1])])
    alone = np.moveaxis(alone, 0, 2)  # (S, N, E, K)
    useful = np.full(alone.shape[:3], np.nan)
    for fold in np.unique(found.clips.fold):
        own = found.clips.fold == fold
        temperature = _temperature(found.clips, alone, found.available, ~own)
        prob = np.exp(temperature_scaled(alone[:, own], temperature))
        label = np.broadcast_to(found.clips.label[own, None], prob.shape[:-1])
        losses = held_out_losses(label.ravel(), prob.reshape(-1, prob.shape[-1])).reshape(prob.shape[:-1])
        useful[:, own] = np.where(found.available[own], -losses, np.nan)
    return useful


def _alone(found: OutOfFold, encoder: int) -> Floats:
    """(S, N, K) log probabilities of the models from one encoder."""
    kept = np.zeros((len(found.seeds), *found.available.shape), dtype=bool)
    kept[..., encoder] = True
    return found.log_prob(kept)


def _temperature(clips: Clips, alone: Floats, available: Bools, rows: Bools) -> float:
    """The temperature of some clips' available encoders, all seeds together; 1 where there is no clip."""
    if not rows.any():
        return 1.0
    there = available[rows]
    log_prob = alone[:, rows][:, there]  # (S, available, K)
    label = np.broadcast_to(clips.label[rows, None], there.shape)[there]
    return fit_temperature(np.tile(label, len(alone)), log_prob.reshape(-1, log_prob.shape[-1]))
