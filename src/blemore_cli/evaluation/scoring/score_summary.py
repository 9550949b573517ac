"""Official figures of one arm: mean and spread over seeds, and tables by fold, actor and true label."""

from dataclasses import dataclass

import numpy as np

from blemore_cli.core.labels import IS_BLEND, LABEL_CODES
from blemore_cli.core.types import Clips, Ints
from blemore_cli.evaluation.scoring.correct_counts import correct_counts
from blemore_cli.evaluation.scoring.metrics import Scores


@dataclass(frozen=True)
class LabelScores:
    """Accuracy on the clips of one true label.

    Attributes:
        label: Code of the true label, as in `labels.LABEL_CODES`.
        n: Number of clips with this label.
        presence: Share of them with the right emotion set.
        exact: Share of them with exactly this label; for blends the salience accuracy.
    """

    label: str
    n: int
    presence: float
    exact: float


@dataclass(frozen=True)
class ActorScores:
    """Official figures of the clips of one actor.

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
    """Official figures of the clips of one fold, predicted by the models that left it out.

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
    """Computes the official figures of one arm over all clips and by fold, from (S, N) predicted labels.

    The spread over seeds is training noise on one split of one set of clips; the uncertainty over actors is that of
    `actor_bootstrap`.

    Raises:
        DataError: As `metrics.correct_flags`.
    """
    folds, group = np.unique(clips.fold, return_inverse=True)
    counts = correct_counts(group, clips.label, predicted)
    per_seed = counts.pooled_scores()
    return SeedSummary(
        per_seed=[Scores(*row) for row in per_seed.tolist()],
        mean=Scores(*per_seed.mean(axis=0).tolist()),
        std=Scores(*per_seed.std(axis=0, ddof=1).tolist()) if len(per_seed) > 1 else None,
        folds=[
            FoldScores(int(fold), int(n), *row.tolist())
            for fold, n, row in zip(folds, counts.n_clips, counts.scores().mean(axis=0), strict=True)
        ],
    )


def per_actor_table(clips: Clips, predicted: Ints) -> list[ActorScores]:
    """Official figures of each actor, mean over seeds, in the order of their names, from (S, N) predicted labels.

    Clips whose actor is unknown share one record with an empty name.

    Raises:
        DataError: As `metrics.correct_flags`.
    """
    actors, group = np.unique(clips.actor, return_inverse=True)
    counts = correct_counts(group, clips.label, predicted)
    rows = zip(actors, counts.n_clips, counts.n_blends, counts.scores().mean(axis=0), strict=True)
    return [ActorScores(str(actor), int(n), int(n_blends), *row.tolist()) for actor, n, n_blends, row in rows]


def per_label_table(label: Ints, predicted: Ints) -> list[LabelScores]:
    """Presence and exact accuracy of each true label that occurs, mean over seeds, in the order of `labels.LABELS`.

    True labels are (N,), predicted ones (S, N).

    Raises:
        DataError: As `metrics.correct_flags`.
    """
    labels, group = np.unique(label, return_inverse=True)
    counts = correct_counts(group, label, predicted)
    n_predictions = len(predicted) * counts.n_clips
    presence = counts.presence.sum(axis=0) / n_predictions
    exact = np.where(IS_BLEND[labels], counts.salience.sum(axis=0) / n_predictions, presence)
    rows = zip(labels, counts.n_clips, presence.tolist(), exact.tolist(), strict=True)
    return [LabelScores(LABEL_CODES[i], int(n), *figures) for i, n, *figures in rows]
