"""Figure of predictors: what is lost without each group of columns, and what each gives alone, with intervals."""

from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from blemore_cli.experiments.runs.predictors_record import Predictors
from blemore_cli.reporting.paper.style import BLUE, GREY, VERMILION, column_figure
from blemore_cli.reporting.tables.notation import elided

MOST_GROUPS: Final = 20
_ROW_IN, _FRAME_IN, _NAME_WIDTH = 0.13, 0.62, 26
LEVEL: Final = 0.05


def draw_predictors(predictors: Predictors) -> Figure:
    """The first groups, a row each; call it within `paper_style`.

    A filled point is told from zero after Holm's correction.
    """
    groups = predictors.groups[:MOST_GROUPS]
    figure = column_figure(_FRAME_IN + _ROW_IN * len(groups))
    loss, score = figure.subplots(1, 2, sharey=True)
    _draw(loss, [(row.loss_rise, row.loss_rise_ci95, row.loss_p_adjusted) for row in groups], BLUE)
    _draw(score, [(row.drop, row.drop_ci95, row.p_adjusted) for row in groups], VERMILION)
    loss.set_yticks(range(len(groups)), elided([row.name for row in groups], _NAME_WIDTH))
    loss.set_ylim(len(groups) - 0.4, -0.6)
    loss.set_xlabel("rise of the log loss, nats")
    score.set_xlabel("drop of the Score")
    return figure


def _draw(panel: Axes, rows: list[tuple[float, tuple[float, float] | None, float | None]], colour: str) -> None:
    panel.axvline(0, color=GREY, linewidth=0.6, zorder=0)
    for place, (value, ci95, p_adjusted) in enumerate(rows):
        is_told = p_adjusted is not None and p_adjusted < LEVEL
        if ci95 is not None:
            panel.plot(ci95, [place, place], "-", color=colour, linewidth=0.8)
        face = colour if is_told else "white"
        panel.plot([value], [place], "o", color=colour, markerfacecolor=face, markersize=3, markeredgewidth=0.7)
    panel.locator_params(axis="x", nbins=4)
