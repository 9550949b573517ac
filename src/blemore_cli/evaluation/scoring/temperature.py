"""Temperature scaling of held-out probabilities.

Source: Guo et al. 2017, On calibration of modern neural networks, ICML, section 4.2.
"""

from typing import Final

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

from blemore_cli.core.types import Floats, Ints
from blemore_cli.evaluation.scoring.log_loss import held_out_losses

RANGE: Final = (0.1, 20.0)


def temperature_scaled(log_prob: Floats, temperature: float) -> Floats:
    """Log probabilities (..., K) divided by a temperature and normalised; above 1 they become less confident."""
    return np.asarray(log_softmax(np.asarray(log_prob, dtype=np.float64) / temperature, axis=-1))


def fit_temperature(label: Ints, log_prob: Floats) -> float:
    """The temperature, within `RANGE`, with the smallest mean loss.

    Labels are (N,), log probabilities (N, K) over the 36 permitted labels or the six emotions.
    """

    def loss(log_temperature: float) -> float:
        return float(held_out_losses(label, np.exp(temperature_scaled(log_prob, np.exp(log_temperature)))).mean())

    optimum = minimize_scalar(loss, bounds=tuple(np.log(RANGE)), method="bounded", options={"xatol": 1e-3})
    return float(np.exp(optimum.x))
