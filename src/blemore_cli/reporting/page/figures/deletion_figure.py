"""What is left of the Score when encoders are taken away, in the order of the gate's scores and against it."""

from collections.abc import Sequence

from blemore_cli.evaluation.gate_quality.deletion_curves import DeletionCurves
from blemore_cli.experiments.runs.loaded_run import LoadedModel
from blemore_cli.reporting.page.drawing.axis import spanning
from blemore_cli.reporting.page.drawing.figure import PageFigure, figure_of
from blemore_cli.reporting.page.drawing.frame import Frame, draw_axes, framed
from blemore_cli.reporting.page.drawing.svg import Drawing
from blemore_cli.reporting.tables.notation import difference_interval_text, difference_text, interval_text

WIDTH, HEIGHT, KEY_HEIGHT = 520.0, 300.0, 15.0
CURVES = ("curve-a", "curve-b", "curve-c")
"""Style of each curve: solid, dashed, dotted."""


def deletion_figure(model: LoadedModel) -> PageFigure | None:
    """Draws the three curves of deletion; None where `blemore explain` has not made them."""
    deletion = model.explanation.deletion if model.explanation else None
    if deletion is None:
        return None
    return figure_of(
        model,
        svg=_drawn(deletion).svg(),
        shows="Score out of fold after removing encoders one by one and predicting again: those that the gate "
        "scores highest "
        "first (solid), lowest first (dashed), in random order (dotted).",
        says=_conclusion(deletion),
    )


def _drawn(deletion: DeletionCurves) -> Drawing:
    drawing = Drawing(WIDTH, HEIGHT, "Score after removing encoders")
    curves = {order.replace("_", " "): curve for order, curve in deletion.score.items()}
    ends = [value for curve in curves.values() for value in curve]
    frame = framed(drawing, (min(deletion.n_removed), max(1, *deletion.n_removed)), spanning(ends))
    draw_axes(frame, "encoders removed", "Score")
    for row, ((name, curve), css) in enumerate(zip(curves.items(), CURVES, strict=True)):
        drawing.curve([frame.at(*each) for each in zip(deletion.n_removed, curve, strict=True)], css)
        _draw_key(frame, name, css, row)
    return drawing


def _draw_key(frame: Frame, name: str, css: str, row: int) -> None:
    """A row of the key in the lower left, where curves that begin alike and fall leave room."""
    x, y = frame.x.start + 12, frame.y.start - 12 - KEY_HEIGHT * (len(CURVES) - 1 - row)
    frame.drawing.curve([(x, y - 4), (x + 24, y - 4)], css)
    frame.drawing.text((x + 30, y), name, css="tick")


def _conclusion(deletion: DeletionCurves) -> str:
    gap, interval = deletion.area, deletion.area_ci95
    text = f"{difference_text(gap)} of Score on average over the curve"
    text += f", interval over actors {difference_interval_text(interval)}" if interval else ""
    if gap > 0 and (interval is None or interval[0] > 0):
        return f"Removing what the gate scores highest costs more than removing what it scores lowest ({text})."
    return f"Removing what the gate scores highest costs no more than removing what it scores lowest ({text})."


def explanation_notes(models: Sequence[LoadedModel]) -> list[str]:
    """What `blemore explain` concluded of each model, and how often its picks are the most useful encoders."""
    notes = []
    for model in models:
        found = model.explanation
        if found and found.verdict:
            notes.append(f"{model.name}: {found.verdict}.")
        if found:
            own = found.agreement
            others = "" if own.by_others is None else f"; judged by models of other seeds {own.by_others:.3f}"
            notes.append(
                f"{model.name}: share of the picks that are among the most useful encoders of the clip "
                f"{own.precision:.3f}, "
                f"interval over actors {interval_text(own.ci95)}, chance {own.chance:.3f}{others}."
            )
    return notes
