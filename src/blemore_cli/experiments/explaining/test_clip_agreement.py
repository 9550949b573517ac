"""Models that predict the same clips, and how far they agree about which encoders to keep."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from blemore_cli.core.types import Bools, Floats, Ints
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.evaluation.gate_quality.stability import Stability, pooled_stability, stability
from blemore_cli.experiments.explaining.out_of_fold import OutOfFold
from blemore_cli.experiments.explaining.replay import replay
from blemore_cli.experiments.inference.fold_models import judges_of_test
from blemore_cli.training.checkpoint import Checkpoint


@dataclass(frozen=True)
class SameClips:
    """What M models keep for the same T test clips.

    Attributes:
        kept: (M, T, E).
        ranking: (M, T, E) what they rank by.
        available: (T, E).
        fold: (M,) the fold that each left out.
        seed: (M,) its seed.
    """

    kept: Bools
    ranking: Floats
    available: Bools
    fold: Ints
    seed: Ints


def same_test_clips(models: Sequence[Checkpoint], table: FeatureTable) -> SameClips:
    """Asks every model about every test clip; where there are models made for these, it is they.

    Raises:
        UsageError: If the models have no gate.
    """
    asked = judges_of_test(models)
    rows = np.flatnonzero(table.clips.is_test)
    replays = [replay(model, table, rows) for model in asked]
    return SameClips(
        kept=np.stack([each.kept() for each in replays]),
        ranking=np.stack([each.ranking for each in replays]),
        available=np.any([each.present.numpy() for each in replays], axis=0),
        fold=np.array([model.fold for model in asked]),
        seed=np.array([model.seed for model in asked]),
    )


def fold_stability(test: SameClips) -> Stability | None:
    """Between models of one seed that left out different folds."""
    return _between(test, lambda model: test.seed == test.seed[model])


def seed_stability(found: OutOfFold, test: SameClips) -> Stability | None:
    """Between models of different seeds that left out the same fold, out of fold and on the test clips."""
    own = stability(found.ask(lambda each, _: each.kept()), found.ask(lambda each, _: each.ranking), found.available)
    others = _between(test, lambda model: test.fold == test.fold[model])
    return pooled_stability([each for each in (own, others) if each is not None])


def _between(test: SameClips, alike: Callable[[int], Bools]) -> Stability | None:
    """Compares the models of each group of alike ones."""
    groups = {tuple(np.flatnonzero(alike(model)).tolist()) for model in range(len(test.kept))}
    parts = [stability(test.kept[list(own)], test.ranking[list(own)], test.available) for own in sorted(groups)]
    return pooled_stability([part for part in parts if part is not None])
