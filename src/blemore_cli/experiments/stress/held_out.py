"""Predictions, selections and rankings of fold models for the clips that they left out, as grids of seeds and clips."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from blemore_cli.core.choices import KEEPS_ALL
from blemore_cli.core.config.schema import Config
from blemore_cli.core.types import Bools, Clips, Floats, Ints
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.experiments.explaining.replay import replay
from blemore_cli.experiments.inference.fold_models import positions, predict_held_out, predicted_clips
from blemore_cli.training.checkpoint import Checkpoint


@dataclass(frozen=True)
class HeldOut:
    """What S seeds of fold models make of N clips that they left out.

    Attributes:
        clips: The clips, in the order of the table.
        label: (S, N) decoded labels.
        readable: (S, N, E) encoders that a clip has and its model reads; all where the model has no gate.
        kept: (S, N, E) encoders that are kept; None where no selection takes place.
        ranking: (S, N, E) what encoders are ranked by; None where nothing ranks them.
    """

    clips: Clips
    label: Ints
    readable: Bools
    kept: Bools | None
    ranking: Floats | None


def held_out(models: Sequence[Checkpoint], table: FeatureTable, config: Config) -> HeldOut:
    """Predicts the clips of each fold by the models that left it out, as the run did.

    Args:
        models: Fold models, in the order of `load_models`.
        table: Features, standardised as the configuration says.
        config: That of the models.
    """
    predictions, weights, _ = predict_held_out(models, table)
    clips = predicted_clips(predictions, table)
    seeds = np.unique(predictions.seed)
    cell = np.searchsorted(seeds, predictions.seed), positions(predictions, clips)

    def on_grid(values: NDArray[Any]) -> NDArray[Any]:
        grid = np.zeros((len(seeds), len(clips), *values.shape[1:]), dtype=values.dtype)
        grid[cell] = values
        return grid

    if config.model.family != "gated":
        present = table.present[np.isin(table.clips.filename, clips.filename)]
        return HeldOut(clips, on_grid(predictions.label), np.tile(present, (len(seeds), 1, 1)), None, None)
    ranking, readable = _replayed(models, table)
    selects, has_ranking = config.model.selection not in KEEPS_ALL, config.model.selection != "mean"
    return HeldOut(
        clips,
        on_grid(predictions.label),
        on_grid(readable),
        on_grid(weights > 0) if selects else None,
        on_grid(ranking) if has_ranking else None,
    )


def _replayed(models: Sequence[Checkpoint], table: FeatureTable) -> tuple[Floats, Bools]:
    """Ranking and readable encoders of each prediction, in the order of `predict_held_out`."""
    fold = np.where(table.clips.is_test, -1, table.clips.fold)
    parts = [replay(model, table, np.flatnonzero(fold == model.fold)) for model in models if model.target == "held_out"]
    return np.concatenate([part.ranking for part in parts]), np.concatenate([part.present.numpy() for part in parts])
