"""Reliability diagram of the probability of the predicted emotion set."""

import numpy as np

from blemore_cli.core.labels import IS_BLEND
from blemore_cli.evaluation.scoring.metrics import correct_flags
from blemore_cli.evaluation.scoring.reliability import Reliability, predicted_set_prob, reliability
from blemore_cli.experiments.runs.loaded_run import LoadedModel
from blemore_cli.reporting.page.drawing.axis import Scale
from blemore_cli.reporting.page.drawing.figure import PageFigure
from blemore_cli.reporting.page.drawing.frame import Frame, draw_axes
from blemore_cli.reporting.page.drawing.svg import Drawing

WIDTH, HEIGHT, COUNTS = 400.0, 400.0, 60.0
CLEAR_BIAS = 0.02
"""Mean gap between probability and share right below which none is reported; set by hand."""


def reliability_figure(model: LoadedModel) -> PageFigure | None:
    """Draws share right against probability, with counts; None for heads that give blends no probability."""
    if not model.prob[..., IS_BLEND].any():
        return None
    diagram = of_model(model)
    return PageFigure(
        svg=_drawn(diagram).svg(),
        caption="Share of predictions whose emotion set is right against the probability that the model gave to "
        "that set, in bins of 0.1 width; dotted: perfect calibration. Bars: number of predictions in each bin "
        f"({diagram.count.sum():,} of all seeds together, at most {diagram.count.max():,} in one).",
        conclusion=_conclusion(diagram),
    )


def of_model(model: LoadedModel) -> Reliability:
    """Reliability of the probability of the predicted set, over all clips and seeds."""
    has_right_set, _ = correct_flags(model.clips.label, model.predicted)
    prob = predicted_set_prob(model.prob.reshape(-1, model.prob.shape[-1]), model.predicted.ravel())
    return reliability(prob, has_right_set.ravel())


def _drawn(diagram: Reliability) -> Drawing:
    drawing = Drawing(WIDTH, HEIGHT, "Share right against probability of the predicted emotion set")
    frame = Frame(drawing, Scale(0, 1, 46, WIDTH - 12), Scale(0, 1, HEIGHT - 38 - COUNTS, 10))
    draw_axes(frame, "probability of the predicted set", "share right")
    drawing.line(frame.at(0, 0), frame.at(1, 1), "rule")
    kept = np.flatnonzero(diagram.count)
    points = [frame.at(diagram.mean_prob[i], diagram.share_right[i]) for i in kept]
    drawing.curve(points, "curve-a")
    for point in points:
        drawing.dot(point, "mark-filled")
    _draw_counts(frame, diagram)
    return drawing


def _draw_counts(frame: Frame, diagram: Reliability) -> None:
    """Bars below the axis, the fullest bin as high as there is room."""
    drawing, n_bins, bottom = frame.drawing, len(diagram.count), HEIGHT - 2
    for i, count in enumerate(diagram.count):
        height = (COUNTS - 8) * count / diagram.count.max()
        left, right = frame.x(i / n_bins), frame.x((i + 1) / n_bins)
        if count:
            drawing.bar((left + 1, bottom - height), (right - left - 2, height), "spread")
            drawing.text(((left + right) / 2, bottom - 3), f"{count:,}", css="count", anchor="middle")


def _conclusion(diagram: Reliability) -> str:
    error = f"Expected calibration error {diagram.ece:.3f}."
    if abs(diagram.bias) < CLEAR_BIAS:
        return f"{error} On average the probabilities match the share right (off by {abs(diagram.bias):.3f})."
    direction = "too high" if diagram.bias > 0 else "too low"
    return f"{error} On average the probabilities are {direction}, by {abs(diagram.bias):.3f}."
