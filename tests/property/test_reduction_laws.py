"""Laws of `model.reduce` auto at the numbers of training clips for which it decides: it follows where the signal is."""

import numpy as np
import pytest

from blemore_cli.core.labels import SALIENCE
from blemore_cli.core.types import Clips
from blemore_cli.data.example.design import design_clips
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.training.reduction import AUTO_COMPONENTS
from blemore_cli.training.scaler import fit_scaler


def made_clips(n_clips: int) -> tuple[Clips, np.ndarray]:
    """The clips of the planted example, and the labels of all."""
    drawn = design_clips(n_clips, 0)
    is_test = drawn["is_test"].to_numpy(dtype=bool)
    names, actors = (drawn[key].to_numpy(dtype=str) for key in ("filename", "video_id"))
    label, fold = (np.where(is_test, -1, drawn[key]) for key in ("label", "fold"))
    return Clips(names, actors, is_test, fold, label), drawn["label"].to_numpy()


def planted(label: np.ndarray, width: int, *, strength: float) -> np.ndarray:
    """(N, D) equally strong directions, as many as components, the salience times a strength in six others, noise."""
    rng = np.random.default_rng(0)
    axes = np.linalg.qr(rng.normal(size=(width, AUTO_COMPONENTS + 6)))[0].T
    nuisance = 16 * rng.normal(size=(len(label), AUTO_COMPONENTS)) @ axes[6:]
    signal = strength * SALIENCE[label] / SALIENCE.std(axis=0) @ axes[:6]
    rows = nuisance + signal + 0.1 * rng.normal(size=(len(label), width))
    return np.asarray(rows / rows.std(axis=0), dtype=np.float32)


@pytest.mark.parametrize(
    ("n_clips", "width", "strength", "reads_all"),
    [
        (1250, 1100, 4, True),
        (1250, 1100, 8, True),
        (1250, 1100, 40, False),
        (1250, 1100, 0, False),
        (1800, 1500, 4, True),
        (2980, 2410, 4, True),
    ],
)
def test_a_signal_below_the_leading_components_keeps_all_columns(
    n_clips: int, width: int, strength: float, reads_all: bool
) -> None:
    clips, label = made_clips(n_clips)
    assert 1000 < (~clips.is_test).sum() <= 2400
    features = planted(label, width, strength=strength)
    table = FeatureTable(("face",), (features,), np.ones((n_clips, 1), dtype=bool), clips, "0" * 64)
    rows = np.flatnonzero(~clips.is_test & (clips.fold != 0))
    scaler = fit_scaler(table, rows, clamp_sd=6, reduce="auto", standardize="split")
    assert scaler.widths == (width if reads_all else AUTO_COMPONENTS,)
