"""What is left of the Score when encoders are taken away, in the order of the gate's scores and against it."""

import numpy as np

from blemore_cli.experiments.evidence import ModelEvidence
from blemore_cli.experiments.explanation_file import Deletion
from blemore_cli.reporting.report.axis import spanning
from blemore_cli.reporting.report.figure import PageFigure
from blemore_cli.reporting.report.frame import draw_axes, framed
from blemore_cli.reporting.report.svg import Drawing

WIDTH, HEIGHT, NAMES = 520.0, 300.0, 74.0


def deletion_figure(model: ModelEvidence) -> PageFigure | None:
    """Draws the three curves of deletion; None where `blemore explain` has not made them."""
    deletion = model.explanation.deletion if model.explanation else None
    if deletion is None:
        return None
    return PageFigure(
        of=model.run,
        heading=model.name,
        svg=_drawn(deletion).svg(),
        shows="Score out of fold after removing encoders one by one and predicting again: those that the gate "
        "scores highest "
        "first (solid), lowest first (dashed), in random order (dotted).",
        says=_conclusion(deletion),
    )


def _drawn(deletion: Deletion) -> Drawing:
    drawing = Drawing(WIDTH, HEIGHT, "Score after removing encoders")
    curves = {"top first": deletion.top_first, "bottom first": deletion.bottom_first, "random": deletion.random}
    ends = [value for curve in curves.values() for value in curve]
    frame = framed(drawing, (min(deletion.n_removed), max(1, *deletion.n_removed)), spanning(ends))
    draw_axes(frame, "encoders removed", "Score")
    for (name, curve), css in zip(curves.items(), ("curve-a", "curve-b", "curve-c"), strict=True):
        places = [frame.at(*each) for each in zip(deletion.n_removed, curve, strict=True)]
        drawing.curve(places, css)
        x, y = places[len(places) // 2]
        drawing.text((x + 6, y - 7), name, css="tick")
    return drawing


def mean_gap(deletion: Deletion) -> float:
    """Mean of the Score with the lowest removed first minus that with the highest removed first.

    Examples:
        >>> curves = {"top_first": [0.2, 0.1], "bottom_first": [0.2, 0.2], "random": [0.2, 0.15]}
        >>> round(mean_gap(Deletion(n_removed=[0, 1], **curves)), 3)
        0.05
    """
    return float(np.mean(np.subtract(deletion.bottom_first, deletion.top_first)))


def _conclusion(deletion: Deletion) -> str:
    gap = mean_gap(deletion)
    if gap > 0:
        return (
            f"Removing the gate's favourites costs {gap:.3f} of Score more, on average over the curve, than "
            "removing what it "
            "scores lowest: its scores point the right way."
        )
    return (
        f"Removing the gate's favourites costs no more than removing what it scores lowest ({gap:+.3f} on "
        "average over the "
        "curve): its scores do not point to the encoders that matter."
    )
