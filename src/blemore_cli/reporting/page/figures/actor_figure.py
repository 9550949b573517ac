"""Figure of the Score of each actor."""

import numpy as np

from blemore_cli.core.rng import numpy_generator
from blemore_cli.evaluation.scoring.correct_counts import actor_index
from blemore_cli.evaluation.scoring.score_summary import ActorScores, per_actor_table
from blemore_cli.evaluation.statistics.actor_spread import actor_spread
from blemore_cli.evaluation.statistics.comparison_sentence import ALPHA, p_text
from blemore_cli.experiments.runs.loaded_run import LoadedModel
from blemore_cli.reporting.page.drawing.axis import spanning
from blemore_cli.reporting.page.drawing.figure import PageFigure
from blemore_cli.reporting.page.drawing.frame import draw_y_axis, framed
from blemore_cli.reporting.page.drawing.svg import Drawing

WIDTH, HEIGHT, FOOT = 760.0, 280.0, 12.0
MOST_NAMED = 90


def actor_figure(model: LoadedModel) -> PageFigure:
    """Draws the actors by their Score."""
    actors = sorted(per_actor_table(model.clips, model.predicted), key=lambda actor: (actor.score, actor.actor))
    return PageFigure(
        svg=_drawn(actors, model.metrics.oof.score).svg(),
        caption=f"Score of each of {len(actors)} actors, none of them in the training of the predicting model, mean "
        f"over seeds; {_clips_text(actors)}. Dotted: Score of all clips.",
        conclusion=_conclusion(model, actors),
    )


def _drawn(actors: list[ActorScores], overall: float) -> Drawing:
    drawing = Drawing(WIDTH, HEIGHT + FOOT, "Score of each actor")
    low, high = spanning([0.0, *(actor.score for actor in actors)])
    frame = framed(drawing, (-1, len(actors)), (max(low, 0.0), high))
    draw_y_axis(frame, "Score")
    drawing.line(frame.at(-1, overall), frame.at(len(actors), overall), "rule")
    for position, actor in enumerate(actors):
        place = frame.at(position, actor.score)
        drawing.line((place[0], frame.y.start), place, "stem")
        drawing.dot(place, "mark-filled", radius=3)
        if len(actors) <= MOST_NAMED:
            below = (place[0] + 3, frame.y.start + 6)
            drawing.text(below, actor.actor or "unknown", css="small", anchor="end", turned=True)
    return drawing


def _clips_text(actors: list[ActorScores]) -> str:
    n = [actor.n for actor in actors]
    return f"{min(n)} to {max(n)} clips each" if min(n) < max(n) else f"{n[0]} clips each"


def _conclusion(model: LoadedModel, actors: list[ActorScores]) -> str:
    start = (
        f"From {actors[0].actor or 'unknown'} ({actors[0].score:.3f}) to {actors[-1].actor or 'unknown'} "
        f"({actors[-1].score:.3f})."
    )
    generator = numpy_generator(0, "spread over actors")
    spread = actor_spread(actor_index(model.clips), model.clips.label, model.predicted, generator=generator)
    if spread is None or not np.isfinite(spread.std):
        return start
    verdict = "actors differ beyond chance" if spread.p_value < ALPHA else "no more than chance would give"
    return (
        f"{start} They spread by {spread.std:.3f} (SD); clips of the same sets shuffled among them spread by "
        f"{spread.null_mean:.3f} ({p_text(spread.p_value)}): {verdict}."
    )
