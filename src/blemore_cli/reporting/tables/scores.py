"""The Scores of all models as rows of text, and the published ones below them."""

from collections.abc import Sequence
from dataclasses import dataclass

from blemore_cli.experiments.runs.ablation_file import Ablation
from blemore_cli.experiments.runs.loaded_run import LoadedModel
from blemore_cli.reporting.tables.ablation import HEADLINE
from blemore_cli.reporting.tables.notation import (
    accuracy_text,
    changes_text,
    difference_interval_text,
    difference_text,
    interval_text,
    probability_text,
    spread_text,
)
from blemore_cli.reporting.tables.published import Figures, Published, score_of

EMPTY = "\N{EN DASH}"


@dataclass(frozen=True)
class TextRow:
    """A row of a table.

    Attributes:
        of: The run that it is about; empty if none.
        cells: Its texts, the name first.
    """

    of: str
    cells: tuple[str, ...]


def score_rows(models: Sequence[LoadedModel]) -> list[TextRow]:
    """Model, presence, salience, Score with spread, interval, seeds, Score of the seeds averaged."""
    return [
        TextRow(
            model.run,
            (
                model.name,
                accuracy_text(model.metrics.oof.presence),
                accuracy_text(model.metrics.oof.salience),
                spread_text(model.metrics.oof.score, model.metrics.oof.std),
                interval_text(model.metrics.oof.ci95),
                str(len(model.metrics.seeds)),
                accuracy_text(model.metrics.averaged.score) if model.metrics.averaged else EMPTY,
            ),
        )
        for model in models
    ]


def published_rows(published: Sequence[Published]) -> list[TextRow]:
    """System, then presence, salience and Score on the validation folds, then on the test clips."""
    return [TextRow("", (each.system, *_three(each.validation), *_three(each.test))) for each in published]


def _three(figures: Figures | None) -> tuple[str, str, str]:
    if figures is None:
        return (EMPTY, EMPTY, EMPTY)
    return (accuracy_text(figures[0]), accuracy_text(figures[1]), accuracy_text(score_of(figures)))


def comparison_rows(ablation: Ablation) -> list[TextRow]:
    """Arm, changes, difference, interval, and p-values plain and after Holm, by actors and by folds."""
    rows = []
    for arm in ablation.arms:
        actors, folds = (ablation.against_reference(arm.name, method) for method in HEADLINE)
        if actors is not None:
            values = [actors.p_value, actors.p_adjusted]
            values += [folds.p_value, folds.p_adjusted] if folds else [None, None]
            figures = (difference_text(actors.difference), difference_interval_text(actors.ci95))
            texts = (arm.name, changes_text(arm.difference), *figures, *map(probability_text, values))
            rows.append(TextRow(ablation.run, texts))
    return rows
