"""The tables of a run: predictions with the 36 probabilities, and fusion weights, one row a clip and model."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from blemore_cli.core.files import write_text
from blemore_cli.core.labels import LABELS, PROBABILITY_COLUMNS
from blemore_cli.core.types import Floats, Ints, Predictions
from blemore_cli.data.metadata.label_columns import LABEL_COLUMNS

SINGLE: Final = ("", "", "")
"""What a single leaves empty: the second emotion and both saliences."""


def label_frame(label: Ints) -> pd.DataFrame:
    """Writes labels as the metadata's five columns; a single has no second emotion and empty saliences.

    Args:
        label: (N,) positions in `labels.LABELS`.
    """
    shown = [LABELS[i] for i in label]
    rows = [
        (1, *each.emotions, *each.saliences_pct) if each.is_blend else (0, *each.emotions, *SINGLE) for each in shown
    ]
    return pd.DataFrame(rows, columns=list(LABEL_COLUMNS))


def write_predictions(path: Path, predictions: Predictions) -> None:
    """Writes `oof.csv` or `test.csv`; numbers are written so that they read back exactly."""
    prob = pd.DataFrame(predictions.prob, columns=list(PROBABILITY_COLUMNS))
    write_text(path, pd.concat([_keys(predictions), label_frame(predictions.label), prob], axis=1).to_csv(index=False))


def write_weights(path: Path, predictions: Predictions, weights: Floats, encoders: Sequence[str]) -> None:
    """Writes `gate_oof.csv` or `gate_test.csv`: (N, E) fusion weights, 0 where an encoder was not selected."""
    table = pd.DataFrame(np.asarray(weights), columns=list(encoders))
    write_text(path, pd.concat([_keys(predictions), table], axis=1).to_csv(index=False))


def _keys(predictions: Predictions) -> pd.DataFrame:
    return pd.DataFrame({"filename": predictions.filename, "fold": predictions.fold, "seed": predictions.seed})
