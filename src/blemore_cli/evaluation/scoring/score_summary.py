"""The official figures of one arm over its seeds: mean and spread, by fold, by true label and by actor."""

from dataclasses import dataclass

import numpy as np

from blemore_cli.core.labels import LABEL_CODES
from blemore_cli.core.types import Clips, Floats, Ints
from blemore_cli.evaluation.scoring.correct_counts import METRICS, correct_counts, correct_flags
from blemore_cli.evaluation.scoring.metrics import LabelScores, Scores


@dataclass(frozen=True)
class ActorScores:
    """How the clips of one actor were predicted.

    Attributes:
        actor: Name; empty for the clips whose actor is unknown, taken together.
        n: Number of clips.
        n_blends: True blends among them.
        presence: Presence accuracy.
        salience: Salience accuracy; 0 without blends, as officially.
        score: Their mean.
    """

    actor: str
    n: int
    n_blends: int
    presence: float
    salience: float
    score: float


@dataclass(frozen=True)
class FoldScores:
    """How the clips of one fold were predicted by the models that left it out.

    Attributes:
        fold: The fold.
        n: Number of clips.
        presence: Presence accuracy, mean over seeds.
        salience: Salience accuracy, mean over seeds; 0 without blends, as officially.
        score: Their mean.
    """

    fold: int
    n: int
    presence: float
    salience: float
    score: float


@dataclass(frozen=True)
class SeedSummary:
    """The official figures of one arm over all clips, for S seeds.

    Attributes:
        per_seed: The figures of each seed.
        mean: Mean over seeds.
        std: Standard deviation over seeds (S - 1); None for one seed.
        folds: Figures by fold, mean over seeds.
    """

    per_seed: list[Scores]
    mean: Scores
    std: Scores | None
    folds: list[FoldScores]


def seed_summary(clips: Clips, predicted: Ints) -> SeedSummary:
    """Summarises one arm.

    The spread over seeds is training noise on one split of one set of clips. It says nothing about other actors:
    that is what `actor_bootstrap` is for.

    Args:
        clips: N labelled clips.
        predicted: (S, N) predicted labels.

    Returns:
        The summary.

    Raises:
        DataError: As `correct_counts.correct_flags`.
    """
    folds, group = np.unique(clips.fold, return_inverse=True)
    counts = correct_counts(group, clips.label, predicted)
    per_seed = counts.pooled().scores()[:, 0]
    return SeedSummary(
        per_seed=[_scores(row) for row in per_seed],
        mean=_scores(per_seed.mean(axis=0)),
        std=_scores(per_seed.std(axis=0, ddof=1)) if len(per_seed) > 1 else None,
        folds=[
            FoldScores(int(fold), int(n), *row.tolist())
            for fold, n, row in zip(folds, counts.n_clips, counts.scores().mean(axis=0), strict=True)
        ],
    )


def per_actor_table(clips: Clips, predicted: Ints) -> list[ActorScores]:
    """Official figures of each actor, mean over seeds, in the order of their names.

    Args:
        clips: N labelled clips.
        predicted: (S, N) predicted labels.

    Returns:
        One record an actor; clips whose actor is unknown share one with an empty name.

    Raises:
        DataError: As `correct_counts.correct_flags`.
    """
    actors, group = np.unique(clips.actor, return_inverse=True)
    counts = correct_counts(group, clips.label, predicted)
    rows = zip(actors, counts.n_clips, counts.n_blends, counts.scores().mean(axis=0), strict=True)
    return [ActorScores(str(actor), int(n), int(n_blends), *row.tolist()) for actor, n, n_blends, row in rows]


def seed_label_table(clips: Clips, predicted: Ints) -> list[LabelScores]:
    """`metrics.per_label_table`, mean over seeds.

    Args:
        clips: N labelled clips.
        predicted: (S, N) predicted labels.

    Returns:
        One record a true label that occurs, in the order of `labels.LABELS`.

    Raises:
        DataError: As `correct_counts.correct_flags`.
    """
    presence, _ = correct_flags(clips.label, predicted)
    return [
        LabelScores(LABEL_CODES[i], int(mine.sum()), float(presence[:, mine].mean()), _share(i, predicted[:, mine]))
        for i in np.unique(clips.label)
        for mine in [clips.label == i]
    ]


def _share(label: int, predicted: Ints) -> float:
    return float(np.mean(predicted == label))


def _scores(row: Floats) -> Scores:
    return Scores(**dict(zip(METRICS, row.tolist(), strict=True)))
