"""Permutation importance of groups of predictors, with intervals over actors and Holm's correction over the groups.

A group of columns is shuffled between clips of one actor, so that it stays what it usually is for this actor and says
nothing of the clip. What prediction loses by that, on clips that the model has not learned from, is what the group
carries and the other columns do not.

Source: Breiman 2001, Random forests, Machine Learning 45, section 10; by groups and on held-out clips as in Gregorutti,
Michel and Saint-Pierre 2015, Computational Statistics & Data Analysis 90.
"""

import copy
from dataclasses import dataclass
from typing import Final

import numpy as np

from blemore_cli.core.types import Bools, Floats, Ints
from blemore_cli.evaluation.scoring.metrics import correct_flags, official_figures
from blemore_cli.evaluation.statistics.actor_bootstrap import N_RESAMPLES, percentile_interval, resampled_sums
from blemore_cli.evaluation.statistics.comparison import holm_adjusted
from blemore_cli.evaluation.statistics.sign_flip import sign_flip_p_values

AT_ONCE: Final = 200
"""Groups whose resamples are held at once."""


def donors_within(group: Ints, available: Bools, *, generator: np.random.Generator) -> Ints:
    """The clip from which each clip takes its shuffled columns, a permutation within each group of clips.

    Args:
        group: (N,) number of the group of each clip, such as its actor.
        available: (N, E) which encoders a clip has; clips without an encoder keep their place, and give nothing.
        generator: Draws the order, which is the same for encoders that the same clips have.

    Returns:
        (N, E) positions among the N clips.

    Examples:
        >>> donors_within(np.array([0, 1, 1]), np.ones((3, 1), bool), generator=np.random.default_rng(1)).tolist()
        [[0], [2], [1]]
    """
    keys = generator.random(len(group))
    donors = np.tile(np.arange(len(group))[:, None], available.shape[1])
    for encoder, has in enumerate(available.T):
        rows = np.flatnonzero(has)
        place = rows[np.argsort(group[rows], kind="stable")]
        donors[place, encoder] = rows[np.lexsort((keys[rows], group[rows]))]
    return donors


def sums_by_actor(actor: Ints, label: Ints, predicted: Ints, loss: Floats) -> Floats:
    """Clips with the right emotion set, true blends with the right label, and losses, summed by actor.

    Args:
        actor: (N,) number of each clip's actor, from 0.
        label: (N,) true labels.
        predicted: (N,) predicted labels.
        loss: (N,) losses in nats.

    Returns:
        (A, 3), A the largest number and one.
    """
    presence, salience = correct_flags(label, predicted[None])
    return np.stack([np.bincount(actor, weights) for weights in (presence[0], salience[0], loss)], axis=1)


@dataclass(frozen=True)
class FigureGain:
    """Gain in a figure.

    Attributes:
        gain: The figure after minus that before.
        ci95: Its interval, bootstrap over actors; None with fewer than two.
        p_value: Of sign flips over actors; None with fewer than two, or where nothing changed.
        p_adjusted: The same after Holm's correction over the groups.
    """

    gain: float
    ci95: tuple[float, float] | None
    p_value: float | None
    p_adjusted: float | None


def figure_gains(
    before: Floats, after: Floats, size: Floats, *, generator: np.random.Generator
) -> tuple[list[FigureGain], list[FigureGain]]:
    """Gains in Score and in mean log likelihood, in nats, from one state of G groups to another.

    Args:
        before: (A, 3) or (G, A, 3) sums of `sums_by_actor`, means over seeds and repeats.
        after: The same, one of the two with G.
        size: (A, 2) clips, and true blends, of each actor.
        generator: Draws resamples and flips, the same for all groups.
    """
    difference = np.asarray(after - before, dtype=np.float64)
    flips, resamples = generator.spawn(2)
    total = size.sum(axis=0)
    shares = np.stack([_figures(total, part) for part in np.moveaxis(difference, 1, 0)])  # (A, G, 2)
    n_actors = len(size)
    p_values = sign_flip_p_values(shares, generator=flips) if n_actors > 1 else np.full(shares.shape[1:], np.nan)
    p_values = np.where(np.abs(shares).max(axis=0) > 1e-12, p_values, np.nan)
    ends = _intervals(difference, size, resamples) if n_actors > 1 else None
    return _gains(shares, p_values, ends, 0), _gains(shares, p_values, ends, 1)


def mean_figures(sums: Floats, size: Floats) -> tuple[float, float]:
    """Score and mean log likelihood over all actors from sums (A, 3) and sizes (A, 2)."""
    score, log_likelihood = _figures(size.sum(axis=0), sums.sum(axis=0))
    return float(score), float(log_likelihood)


def _figures(size: Floats, sums: Floats) -> Floats:
    """(..., 2) Score and mean log likelihood from clips and blends (..., 2) and sums (..., 3)."""
    score = official_figures(size[..., 0], size[..., 1], sums[..., 0], sums[..., 1])[..., 2]
    return np.stack([score, -sums[..., 2] / size[..., 0]], axis=-1)


def _intervals(difference: Floats, size: Floats, generator: np.random.Generator) -> list[list[tuple[float, float]]]:
    """Intervals of each group, of Score and of log likelihood, on the same resamples of actors for all."""
    intervals = []
    for start in range(0, len(difference), AT_ONCE):
        part = np.moveaxis(difference[start : start + AT_ONCE], 1, 0)  # (A, g, 3)
        columns = np.concatenate([size, part.reshape(len(size), -1)], axis=1)
        sums = resampled_sums(columns, generator=copy.deepcopy(generator), n_resamples=N_RESAMPLES)
        figures = _figures(sums[:, None, :2], sums[:, 2:].reshape(len(sums), -1, 3))  # (B, g, 2)
        intervals += [
            [percentile_interval(figures[:, group, figure], n_actors=len(size)) for figure in range(2)]
            for group in range(figures.shape[1])
        ]
    return intervals


def _gains(
    shares: Floats, p_values: Floats, ends: list[list[tuple[float, float]]] | None, figure: int
) -> list[FigureGain]:
    p_value = p_values[:, figure]
    adjusted, is_tested = np.full(len(p_value), np.nan), ~np.isnan(p_value)
    if is_tested.any():
        adjusted[is_tested] = holm_adjusted(p_value[is_tested])
    return [
        FigureGain(
            gain=float(shares[:, group, figure].sum()),
            ci95=None if ends is None else ends[group][figure],
            p_value=_or_none(p_value[group]),
            p_adjusted=_or_none(adjusted[group]),
        )
        for group in range(len(p_value))
    ]


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
