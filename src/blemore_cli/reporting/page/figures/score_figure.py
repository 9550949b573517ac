"""Score of every model with its interval, beside published Scores where they compare."""

import math
from collections.abc import Sequence
from typing import Final

from blemore_cli.experiments.runs.loaded_run import LoadedModel
from blemore_cli.reporting.page.drawing.figure import PageFigure
from blemore_cli.reporting.page.drawing.row_plot import Row, row_plot
from blemore_cli.reporting.tables.notation import accuracy_text, interval_text
from blemore_cli.reporting.tables.published import Published, score_of

SQUARES: Final = "; square*: published validation figure, whose epoch and thresholds were chosen on the scored fold"


def score_figure(models: Sequence[LoadedModel], published: Sequence[Published]) -> PageFigure:
    """Draws every model, the reference of a run first, above the published systems, of which the first is trivial."""
    rows = [_row(model, is_first=models[i - 1].run != model.run or i == 0) for i, model in enumerate(models)]
    # The trivial one is left to the table: it would press all others together.
    known = {each.system: score for each in published[1:] if (score := score_of(each.validation)) is not None}
    rows += [Row(f"{name}*", score, "published") for name, score in known.items()]
    return PageFigure(
        heading="Score of each model",
        svg=row_plot(
            rows, "Score, out of fold (mean of presence and salience accuracy, 0 to 1)", "Score of each model"
        ),
        caption="Score of the pooled out-of-fold predictions, mean over seeds. Diamond: reference of its run; "
        f"circle: other model; line: 95 % CI over actors; broad bar: ± 1 SD over seeds{SQUARES * bool(known)}.",
        conclusion=_conclusion(models, known),
    )


def _row(model: LoadedModel, *, is_first: bool) -> Row:
    oof = model.metrics.oof
    spread = (oof.score - oof.std, oof.score + oof.std) if oof.std else None
    return Row(model.name, oof.score, "reference" if is_first else "plain", oof.ci95, spread)


def _conclusion(models: Sequence[LoadedModel], published: dict[str, float]) -> str:
    best = max(models, key=lambda model: model.metrics.oof.score)
    oof, interval = best.metrics.oof, best.metrics.oof.ci95
    text = f"The highest is {best.name} with {accuracy_text(oof.score)}, interval {interval_text(interval)}"
    if not all(map(math.isfinite, interval)):
        return f"{text}."
    inside = [model for model in models if model is not best and model.metrics.oof.score >= interval[0]]
    text += f"; of the others, {len(inside)} of {len(models) - 1} within it" if len(models) > 1 else ""
    return f"{text}{_place(interval, published)}."


def _place(interval: tuple[float, float], published: dict[str, float]) -> str:
    """Where an interval lies beside the best published Score; nothing where none compares."""
    if not published:
        return ""
    top = max(published, key=lambda name: published[name])
    place = "below" if interval[1] < published[top] else "above" if interval[0] > published[top] else "around"
    against = f"all of it is {place}" if place != "around" else "it holds"
    return f"; {against} the best published validation Score, {published[top]:.3f} ({top})"
