"""Agreement of fold models about which encoders to keep for the same clips."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from blemore_cli.core.types import Bools, Floats, Ints
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.evaluation.gate_quality.stability import Stability, pooled_stability, stability
from blemore_cli.experiments.explaining.out_of_fold import OutOfFold
from blemore_cli.experiments.explaining.replay import replay
from blemore_cli.experiments.inference.fold_models import models_of_test_clips
from blemore_cli.training.checkpoint import Checkpoint


@dataclass(frozen=True)
class SelectionsOnTestClips:
    """What M models keep for the same T test clips.

    Attributes:
        rows: (T,) rows of the clips, of which every model reads an encoder.
        kept: (M, T, E).
        ranking: (M, T, E) what they rank by.
        available: (T, E).
        fold: (M,) the fold that each left out.
        seed: (M,) its seed.
    """

    rows: Ints
    kept: Bools
    ranking: Floats
    available: Bools
    fold: Ints
    seed: Ints


def select_for_test_clips(models: Sequence[Checkpoint], table: FeatureTable) -> SelectionsOnTestClips:
    """Selects encoders of every test clip by every model, or by those made for the test clips where there are some.

    Raises:
        UsageError: If the models have no gate.
    """
    test_models = models_of_test_clips(models)
    reads = np.array([model.scaler.shift_weights for model in test_models]) > 0  # (M, E)
    has_choice = (table.present[:, None] & reads).any(axis=-1).all(axis=-1)
    rows = np.flatnonzero(table.clips.is_test & has_choice)
    replays = [replay(model, table, rows) for model in test_models]
    return SelectionsOnTestClips(
        rows=rows,
        kept=np.stack([each.kept() for each in replays]),
        ranking=np.stack([each.ranking for each in replays]),
        available=np.any([each.present.numpy() for each in replays], axis=0),
        fold=np.array([model.fold for model in test_models]),
        seed=np.array([model.seed for model in test_models]),
    )


def fold_stability(test: SelectionsOnTestClips) -> Stability | None:
    """Between models of one seed that left out different folds."""
    return pooled_stability(_within_groups(test, test.seed))


def seed_stability(grid: OutOfFold, test: SelectionsOnTestClips) -> Stability | None:
    """Between models of different seeds that left out the same fold, out of fold and on the test clips."""
    kept, ranking = grid.on_grid(lambda model, _: model.kept()), grid.on_grid(lambda model, _: model.ranking)
    out_of_fold = stability(kept, ranking, grid.available)
    on_test = pooled_stability(_within_groups(test, test.fold))
    return pooled_stability([part for part in (out_of_fold, on_test) if part is not None])


def _within_groups(test: SelectionsOnTestClips, group: Ints) -> list[Stability]:
    """Compares the models of each group, in the order of their first models; `group` is (M,)."""
    groups = [np.flatnonzero(group == value) for value in dict.fromkeys(group.tolist())]
    parts = [stability(test.kept[models], test.ranking[models], test.available) for models in groups]
    return [part for part in parts if part is not None]
