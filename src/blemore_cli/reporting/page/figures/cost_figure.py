"""Figure of the extraction cost: Score against the number of encoders kept and extracted."""

from blemore_cli.experiments.runs.explanation_file import ExtractionCost
from blemore_cli.experiments.runs.loaded_run import LoadedModel
from blemore_cli.reporting.page.drawing.axis import spanning
from blemore_cli.reporting.page.drawing.figure import PageFigure
from blemore_cli.reporting.page.drawing.frame import draw_axes, framed
from blemore_cli.reporting.page.drawing.svg import Drawing
from blemore_cli.reporting.tables.notation import accuracy_text

WIDTH, HEIGHT = 520.0, 300.0


def cost_figure(model: LoadedModel) -> PageFigure | None:
    """Draws the curve; None without an explanation, or where the curve is a point."""
    cost = model.explanation.cost if model.explanation else None
    if cost is None or len(cost.n) < 2:
        return None
    return PageFigure(
        svg=_drawn(cost).svg(),
        caption="Score out of fold with the best 1, 2, ... encoders of each clip by the selection's ranking, mean over "
        "seeds; below each point the mean number of encoders that must be extracted, where it depends on that.",
        conclusion=_conclusion(cost),
    )


def _drawn(cost: ExtractionCost) -> Drawing:
    drawing = Drawing(WIDTH, HEIGHT, "Score against encoders kept")
    frame = framed(drawing, (min(cost.n) - 0.5, max(cost.n) + 0.9), spanning(cost.score))
    draw_axes(frame, "encoders kept for a clip", "Score")
    places = [frame.at(*each) for each in zip(cost.n, cost.score, strict=True)]
    drawing.curve(places, "curve-a")
    extracted = [f"{n:.1f}" for n in cost.n_computed]
    if len(set(extracted)) > 1:
        for (x, y), number in zip(places, extracted, strict=True):
            drawing.text((x + 4, y + 14), number, css="tick")
    return drawing


def _conclusion(cost: ExtractionCost) -> str:
    ends = f"The Score is {accuracy_text(cost.score[0])} with {cost.n[0]} and {accuracy_text(cost.score[-1])} with "
    best = cost.score.index(max(cost.score))
    ends += f"{cost.n[-1]} encoders, and highest with {cost.n[best]} ({accuracy_text(cost.score[best])}); "
    if cost.n_computed[0] > cost.n[0]:
        needed = f"even to keep {cost.n[0]}, {cost.n_computed[0]:.1f} must be extracted, because the gate reads them. "
    else:
        needed = "only those that are kept must be extracted. "
    return ends + needed + "The model was not trained anew for each number: read the shape, not the maximum."
