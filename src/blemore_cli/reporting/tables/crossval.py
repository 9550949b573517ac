"""Tables of a cross-validation: Scores of folds, the split, true labels, and actors."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from blemore_cli.core.labels import LABELS, RATIOS, SETS
from blemore_cli.evaluation.scoring.score_summary import ActorScores, LabelScores
from blemore_cli.experiments.runs.metrics import FoldResult, PooledScores, RunMetrics, SplitPart
from blemore_cli.reporting.tables.column import Column, Columns, figure, of_part, words
from blemore_cli.reporting.tables.notation import accuracy_text, interval_text

N_EXTREMES: Final = 3
"""Actors shown from either end; the others are in `metrics.json`."""
TOTAL: Final = -1
"""Fold of the row that counts all folds."""

Accuracies = FoldResult | PooledScores | ActorScores

ACCURACIES: Final[Columns[Accuracies]] = (
    figure("presence", lambda scores: scores.presence),
    figure("salience", lambda scores: scores.salience),
    figure("Score", lambda scores: scores.score, key="score"),
)


def _pooled(row: tuple[str, FoldResult | PooledScores]) -> PooledScores | None:
    return row[1] if isinstance(row[1], PooledScores) else None


SCORES: Final[Columns[tuple[str, FoldResult | PooledScores]]] = (
    words("held out", lambda row: row[0]),
    *of_part(lambda row: row[1], ACCURACIES),
    *of_part(
        _pooled,
        (
            Column("± SD", None, lambda pooled: "" if pooled.std is None else accuracy_text(pooled.std)),
            figure("95 % CI", lambda pooled: pooled.ci95, interval_text),
        ),
    ),
)


def score_rows(metrics: RunMetrics) -> list[tuple[str, FoldResult | PooledScores]]:
    """Each fold, all clips, and all clips with the seeds averaged, where there are several."""
    rows: list[tuple[str, FoldResult | PooledScores]] = [(f"fold {fold.fold}", fold) for fold in metrics.folds]
    rows.append(("all", metrics.oof))
    return rows + ([("averaged, as submitted", metrics.averaged)] if metrics.averaged else [])


SPLIT: Final[Columns[SplitPart]] = (
    words("fold", lambda part: "all" if part.fold == TOTAL else str(part.fold)),
    figure("actors", lambda part: part.n_actors, str),
    figure("clips", lambda part: part.n_clips, str),
    figure("singles", lambda part: part.n_singles, str),
    figure("blends", lambda part: part.n_blends, str),
)


def split_rows(split: Sequence[SplitPart]) -> list[SplitPart]:
    """The folds, none of which share an actor, and all of them together."""
    counts = ("n_actors", "n_clips", "n_singles", "n_blends")
    return [*split, SplitPart(fold=TOTAL, **{name: sum(getattr(part, name) for part in split) for name in counts})]


@dataclass(frozen=True)
class SetRow:
    """The n clips of one emotion set: share with the right emotions, and texts of that with each right ratio too."""

    name: str
    n: int
    presence: float
    exact: tuple[str, ...]


def _exact(position: int) -> Column[SetRow]:
    first, second = RATIOS[position]
    return Column(f"{first}/{second}", None, lambda row: row.exact[position])


SETS_BY_LABEL: Final[Columns[SetRow]] = (
    words("true label", lambda row: row.name),
    figure("clips", lambda row: row.n, str),
    figure("presence", lambda row: row.presence),
    *map(_exact, range(len(RATIOS))),
)


def set_rows(labels: Sequence[LabelScores]) -> list[SetRow]:
    """A row for each single and each pair of emotions that occurs."""
    by_code = {label.label: label for label in labels}
    return [row for emotions in SETS if (row := _set_row(emotions, by_code))]


def _set_row(emotions: tuple[str, ...], by_code: dict[str, LabelScores]) -> SetRow | None:
    codes = [label.code for label in LABELS if label.emotions == emotions]
    known = [by_code[code] for code in codes if code in by_code]
    if not known:
        return None
    n = sum(label.n for label in known)
    presence = sum(label.n * label.presence for label in known) / n
    exact = tuple(accuracy_text(by_code[code].exact) if code in by_code else "-" for code in codes)
    return SetRow("+".join(emotions), n, presence, exact if len(emotions) > 1 else ("",) * len(RATIOS))


def _same(actor: ActorScores | None) -> ActorScores | None:
    return actor


ACTORS: Final[Columns[ActorScores | None]] = (
    words("actor", lambda actor: actor.actor if actor else "..."),
    *of_part(_same, (figure("clips", lambda actor: actor.n, str),)),
    *of_part(_same, ACCURACIES),
)


def actor_rows(actors: Sequence[ActorScores]) -> list[ActorScores | None]:
    """Actors by their Score; of many the lowest and the highest, with None for those between."""
    ordered = sorted(actors, key=lambda actor: (actor.score, actor.actor))
    if len(ordered) <= 2 * N_EXTREMES:
        return list(ordered)
    return [*ordered[:N_EXTREMES], None, *ordered[-N_EXTREMES:]]
