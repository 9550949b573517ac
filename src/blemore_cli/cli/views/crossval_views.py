"""What the terminal shows of a cross-validation: scores, the split, labels and actors."""

import math
from collections.abc import Mapping
from statistics import median
from typing import TYPE_CHECKING, Final

from blemore_cli.cli.console import table

if TYPE_CHECKING:
    from rich.console import RenderableType

    from blemore_cli.evaluation.scoring.score_summary import LabelScores
    from blemore_cli.experiments.runs.metrics import RunMetrics

N_EXTREMES: Final = 3
"""Actors shown from either end; the others are in `metrics.json`."""

FIGURES: Final = ("presence", "salience", "score")


def crossval_views(metrics: "RunMetrics") -> list["RenderableType"]:
    """Everything there is to show, in the order of reading.

    Args:
        metrics: The figures of the run; of them `split`, `labels` and `actors` may be empty.

    Returns:
        Renderables that read well at 80 columns.
    """
    views = [scores_view(metrics)]
    further = {"split": split_view, "labels": labels_view, "actors": actors_view}
    return [*views, *(view(metrics) for key, view in further.items() if getattr(metrics, key))]


def scores_view(metrics: "RunMetrics") -> "RenderableType":
    """Accuracies of each fold, mean over seeds, and of all clips with spread and interval."""
    from blemore_cli.reporting.tables.notation import (
        accuracy_text,
        interval_text,
        protocol_text,
        shift_lines,
        transductive_notes,
    )

    oof, n_seeds = metrics.oof, len(metrics.seeds)
    parts = [*((f"fold {fold.fold}", fold) for fold in metrics.folds), ("all", oof)]
    rows = [[name, *_figures(part), "", ""] for name, part in parts]
    rows[-1][-2:] = ["" if oof.std is None else accuracy_text(oof.std), interval_text(oof.ci95)]
    if mean := metrics.averaged:
        rows.append(["averaged, as submitted", *_figures(mean), "", interval_text(mean.ci95)])
    title = (
        f"{metrics.run}: out-of-fold accuracy, {f'mean of {n_seeds} seeds' if n_seeds > 1 else '1 seed'}, "
        f"interval over actors\n{protocol_text(metrics.protocol)}"
    )
    notes = transductive_notes(metrics.standardize, metrics.match_prior)
    title = "\n".join([title, *notes, *shift_lines(metrics.shift)])
    return table(title, "held out", "presence", "salience", "Score", "± SD", "95 % CI", rows=rows)


def _figures(scores: object) -> list[str]:
    from blemore_cli.reporting.tables.notation import accuracy_text

    return [accuracy_text(getattr(scores, figure)) for figure in FIGURES]


def split_view(metrics: "RunMetrics") -> "RenderableType":
    """What each fold holds; no actor is in two of them."""
    counts = ("n_actors", "n_clips", "n_singles", "n_blends")
    rows = [[str(part.fold), *(str(getattr(part, count)) for count in counts)] for part in metrics.split]
    rows.append(["all", *(str(sum(getattr(part, count) for part in metrics.split)) for count in counts)])
    return table("\nthe split, disjoint by actor", "fold", "actors", "clips", "singles", "blends", rows=rows)


def labels_view(metrics: "RunMetrics") -> "RenderableType":
    """A row for each single and each pair of emotions; the three ratios of a pair side by side."""
    from blemore_cli.core.labels import SETS

    by_code = {label.label: label for label in metrics.labels}
    rows = [row for emotions in SETS if (row := _set_row(emotions, by_code))]
    title = "\nby true label: share with the right emotions; of blends with the right ratio too"
    return table(title, "true label", "clips", "presence", *_ratio_names(), rows=rows)


def _set_row(emotions: tuple[str, ...], by_code: "Mapping[str, LabelScores]") -> list[str]:
    from blemore_cli.core.labels import LABELS
    from blemore_cli.reporting.tables.notation import accuracy_text

    codes = [label.code for label in LABELS if label.emotions == emotions]
    known = [by_code[code] for code in codes if code in by_code]
    if not known:
        return []
    n = sum(label.n for label in known)
    presence = sum(label.n * label.presence for label in known) / n
    exact = [accuracy_text(by_code[code].exact) if code in by_code else "-" for code in codes]
    return ["+".join(emotions), str(n), accuracy_text(presence), *(exact if len(emotions) == 2 else [""] * 3)]


def _ratio_names() -> list[str]:
    from blemore_cli.core.labels import RATIOS

    return [f"{first}/{second}" for first, second in RATIOS]


def actors_view(metrics: "RunMetrics") -> "RenderableType":
    """The actors on whom the Score is lowest and highest, with the range and the median of all."""
    from blemore_cli.reporting.tables.notation import accuracy_text

    actors = sorted(metrics.actors, key=lambda actor: (actor.score, actor.actor))
    shown = actors if len(actors) <= 2 * N_EXTREMES else [*actors[:N_EXTREMES], None, *actors[-N_EXTREMES:]]
    rows = [[actor.actor, str(actor.n), *_figures(actor)] if actor else ["..."] for actor in shown]
    scores = [actor.score for actor in actors] or [math.nan]
    low, middle, high = (accuracy_text(value) for value in (scores[0], median(scores), scores[-1]))
    title = f"\nby actor: Score {low} to {high}, median {middle}, {len(actors)} actors; all in metrics.json"
    return table(title, "actor", "clips", "presence", "salience", "Score", rows=rows)
