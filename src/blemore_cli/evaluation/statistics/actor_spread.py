"""Spread of Score over actors, with a permutation test against actors that do not differ."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from blemore_cli.core.labels import IS_BLEND, SET_OF_LABEL
from blemore_cli.core.types import Floats, Ints
from blemore_cli.evaluation.scoring.metrics import correct_flags, official_figures

N_SHUFFLES: Final = 1000


@dataclass(frozen=True)
class ActorSpread:
    """Standard deviation of Score over actors, observed and with clips shuffled among them.

    Attributes:
        std: Standard deviation over the actors that have blends.
        null_mean: Its mean over the shuffles.
        p_value: Share of the shuffles with at least this spread, in (0, 1].
    """

    std: float
    null_mean: float
    p_value: float


def actor_spread(
    actor: Ints, label: Ints, predicted: Ints, *, generator: np.random.Generator, n_shuffles: int = N_SHUFFLES
) -> ActorSpread | None:
    """Compares the spread over actors with that of clips shuffled among them.

    Clips change places with clips of the same true emotion set only, so that every actor keeps as many clips of easy
    and of hard sets. The p-value counts the data as one of the shuffles:

        p = (1 + #{shuffled >= observed}) / (1 + n_shuffles)

    Args:
        actor: (N,) number of each clip's actor, from 0 without gaps.
        label: (N,) true labels, positions in `labels.LABELS`.
        predicted: (S, N) predicted labels of S seeds.
        generator: Draws the shuffles.
        n_shuffles: Number of shuffles.

    Returns:
        The spread; None with fewer than two actors that have blends.

    Source:
        Phipson and Smyth 2010, Permutation p-values should never be zero.
    """
    presence, salience = (flags.mean(axis=0) for flags in correct_flags(label, predicted))
    n_clips, n_blends = np.bincount(actor), np.bincount(actor, IS_BLEND[label])
    if np.count_nonzero(n_blends) < 2:
        return None

    def spread(order: Ints) -> float:
        figures = official_figures(
            n_clips, n_blends, np.bincount(actor, presence[order]), np.bincount(actor, salience[order])
        )
        return float(np.std(figures[n_blends > 0, 2], ddof=1))

    observed = spread(np.arange(len(actor)))
    shuffled = np.array([spread(_shuffled_within(SET_OF_LABEL[label], generator)) for _ in range(n_shuffles)])
    n_as_wide = int(np.count_nonzero(shuffled >= observed * (1 - 1e-12)))
    return ActorSpread(observed, float(shuffled.mean()), (1 + n_as_wide) / (1 + n_shuffles))


def _shuffled_within(group: Ints, generator: np.random.Generator) -> Ints:
    """(N,) a random order in which every position holds a member of the same group as before."""
    keys: Floats = generator.random(len(group))
    order = np.empty(len(group), dtype=np.int64)
    order[np.argsort(group, kind="stable")] = np.lexsort((keys, group))
    return order
