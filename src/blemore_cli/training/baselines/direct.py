"""Baselines fitted in closed form or by a convex solver: logistic regression, and the most frequent label."""

from typing import Final, get_args

import numpy as np
import torch

from blemore_cli.core.choices import Family
from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import DataError
from blemore_cli.core.labels import IS_BLEND, N_LABELS
from blemore_cli.core.types import Floats, Ints
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.evaluation.domain_shift.shift_weights import ShiftWeights
from blemore_cli.evaluation.scoring.decoder import Decoder, fit_decoder
from blemore_cli.model.families import HIDDEN, ConcatNetwork, set_linear
from blemore_cli.training.baselines.logistic import NEVER, fit_logistic
from blemore_cli.training.scaler import Scaler, fit_scaler
from blemore_cli.training.spec import architecture_of, inner_positions

TRAINED: Final = ("gated", *HIDDEN)
"""Families that are trained in epochs."""

FITTED_DIRECTLY: Final = tuple(family for family in get_args(Family) if family not in TRAINED)
"""Families that are fitted at once."""


def fit_directly(
    table: FeatureTable, rows: Ints, config: Config, shift_weights: ShiftWeights = ()
) -> tuple[ConcatNetwork, Scaler, Decoder]:
    """Fits a baseline on training rows, as a linear network over the permitted labels; no other row is read.

    Returns:
        The network, its scaler, and the decoder, fitted to cross-fitted predictions where the method has thresholds.
    """
    scaler = fit_scaler(
        table,
        rows,
        clamp_sd=config.train.clamp_sd,
        reduce=config.model.reduce,
        standardize=config.train.standardize,
        shift_weights=shift_weights,
    )
    label = table.clips.label[rows]
    weight, bias, prob = _coefficients(table, rows, config, scaler)
    network = ConcatNetwork(architecture_of(config, scaler, table.names), generator=torch.Generator())
    set_linear(network, torch.from_numpy(weight).float(), torch.from_numpy(bias).float())
    return network, scaler, fit_decoder(label, prob, method=config.decode.method)


def _coefficients(table: FeatureTable, rows: Ints, config: Config, scaler: Scaler) -> tuple[Floats, Floats, Floats]:
    """(D, 36) weights, (36,) biases, and (N, 36) probabilities of the rows, cross-fitted where a row matters."""
    label = table.clips.label[rows]
    if config.model.family == "logistic":
        fitted = fit_logistic(scaler.apply(table, rows).columns.numpy(), label, inner_positions(table.clips, rows))
        return fitted.weight, fitted.bias, fitted.cross_fitted_prob
    bias = frequent_bias(label, blend=config.model.family == "frequent_blend")
    odds = np.exp(bias)
    return np.zeros((sum(scaler.widths), N_LABELS)), bias, np.tile(odds / odds.sum(), (len(rows), 1))


def frequent_bias(label: Ints, *, blend: bool) -> Floats:
    """The bias of a linear model with zero weights that always predicts the most frequent single, or blend.

    Args:
        label: (N,) labels of the training rows; the first of equally frequent ones in the order of `labels.LABELS`
            wins.
        blend: Whether to predict a blend.

    Returns:
        (36,) logits: 0 for that label, `NEVER` for all others.

    Raises:
        DataError: If no training row is of this kind.
    """
    count = np.bincount(label, minlength=N_LABELS) * (blend == IS_BLEND)
    if not count.any():
        kind = "blend" if blend else "single"
        raise DataError(
            f"the most frequent {kind} needs training clips with a {kind}, got none among {len(label)}",
            fix="Leave this baseline out.",
        )
    bias = np.full(N_LABELS, NEVER)
    bias[count.argmax()] = 0
    return bias
