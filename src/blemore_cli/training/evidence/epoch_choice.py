"""Choice of the epoch whose distributions of the encoders are kept of an inner training: one for each fold of rows.

An inner training leaves out two folds and serves the models of both. The distributions of all epochs would fill the
disk; so for the clips of each fold those of the epoch that predicts them best are kept. The model of the other fold is
fitted to them, so that no label of the fold that a model is scored on has a say.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from blemore_cli.core.types import Ints
from blemore_cli.evaluation.scoring.log_loss import held_out_losses
from blemore_cli.training.predict import NetworkPredictions


class BestEpochEvidence:
    """Distributions of the encoders for M rows, for each fold by the epoch with the smallest loss on its rows.

    Args:
        label: (M,) labels of the rows.
        fold: (M,) their folds.

    Attributes:
        by_encoder: (M, E, m, K) float16; None before the first epoch.
    """

    def __init__(self, label: Ints, fold: Ints) -> None:
        self._label = label
        self._rows: Mapping[int, Ints] = {int(k): np.flatnonzero(fold == k) for k in np.unique(fold)}
        self._best = dict.fromkeys(self._rows, np.inf)
        self.by_encoder: NDArray[np.float16] | None = None

    def update(self, epoch: NetworkPredictions) -> None:
        """Takes the predictions of the next epoch in; those without distributions of the encoders change nothing."""
        if epoch.by_encoder is None:
            return
        if self.by_encoder is None:
            self.by_encoder = epoch.by_encoder.copy()
        losses = held_out_losses(self._label, epoch.prob)
        for fold, rows in self._rows.items():
            if (loss := float(losses[rows].mean())) < self._best[fold]:
                self._best[fold], self.by_encoder[rows] = loss, epoch.by_encoder[rows]
