"""Figure of the deletion curves of the gate: Score as encoders are removed."""

from collections.abc import Sequence
from typing import Final

from blemore_cli.evaluation.gate_quality.deletion_curves import DeletionCurves, Order
from blemore_cli.experiments.runs.loaded_run import LoadedModel
from blemore_cli.reporting.page.drawing.axis import spanning
from blemore_cli.reporting.page.drawing.figure import PageFigure
from blemore_cli.reporting.page.drawing.frame import Frame, draw_axes, framed
from blemore_cli.reporting.page.drawing.svg import Drawing
from blemore_cli.reporting.tables.notation import (
    DELETION_ORDERS,
    difference_interval_text,
    difference_text,
    interval_text,
)

WIDTH, HEIGHT, KEY_HEIGHT = 520.0, 300.0, 15.0
STYLES: Final[dict[Order, str]] = {"bottom_first": "curve-a", "random": "curve-c", "top_first": "curve-b"}
"""Class of each curve: solid, dotted, dashed."""


def deletion_figure(model: LoadedModel) -> PageFigure | None:
    """Draws the three curves of deletion; None where `blemore explain` has not made them."""
    deletion = model.explanation.deletion if model.explanation else None
    if deletion is None:
        return None
    return PageFigure(
        svg=_drawn(deletion).svg(),
        caption="Score out of fold after removing encoders one by one and predicting again, in the order of the gate's "
        "scores: the last-ranked first (solid), at random (dotted), the best-ranked first (dashed).",
        conclusion=_conclusion(deletion),
    )


def _drawn(deletion: DeletionCurves) -> Drawing:
    drawing = Drawing(WIDTH, HEIGHT, "Score after removing encoders")
    ends = [value for curve in deletion.score.values() for value in curve]
    frame = framed(drawing, (min(deletion.n_removed), max(1, *deletion.n_removed)), spanning(ends))
    draw_axes(frame, "encoders removed", "Score")
    for row, (order, name) in enumerate(DELETION_ORDERS.items()):
        points = zip(deletion.n_removed, deletion.score[order], strict=True)
        drawing.curve([frame.at(*point) for point in points], STYLES[order])
        _draw_key(frame, name, STYLES[order], row)
    return drawing


def _draw_key(frame: Frame, name: str, css: str, row: int) -> None:
    """A row of the key in the lower left, where curves that begin alike and fall leave room."""
    x, y = frame.x.start + 12, frame.y.start - 12 - KEY_HEIGHT * (len(STYLES) - 1 - row)
    frame.drawing.curve([(x, y - 4), (x + 24, y - 4)], css)
    frame.drawing.text((x + 30, y), name, css="tick")


def _conclusion(curves: DeletionCurves) -> str:
    gap, interval = curves.area, curves.area_ci95
    text = f"{difference_text(gap)} of Score on average over the curve"
    text += f", interval over actors {difference_interval_text(interval)}" if interval else ""
    more = "more" if gap > 0 and (interval is None or interval[0] > 0) else "no more"
    return f"Removing what the gate scores highest costs {more} than removing what it scores lowest ({text})."


def explanation_notes(models: Sequence[LoadedModel]) -> list[str]:
    """Verdict of `blemore explain` and gate precision of each model that was explained."""
    notes = []
    for model in models:
        explanation = model.explanation
        if explanation is None:
            continue
        if explanation.verdict:
            notes.append(f"{model.name}: {explanation.verdict}.")
        agreement = explanation.agreement
        cross_seed = "" if agreement.by_others is None else f"; by models of the other seeds {agreement.by_others:.3f}"
        notes.append(
            f"{model.name}: gate precision, the share of the selected encoders among the most useful ones of the clip, "
            f"{agreement.precision:.3f}, interval over actors {interval_text(agreement.ci95)}, "
            f"chance {agreement.chance:.3f}{cross_seed}."
        )
    return notes
