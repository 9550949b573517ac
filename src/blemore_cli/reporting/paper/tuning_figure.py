"""Figure of a search of settings: Score of the choice against trials, on the inner and on the outer folds."""

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from blemore_cli.experiments.runs.tuning_file import Tuning
from blemore_cli.reporting.paper.style import BLACK, BLUE, VERMILION, column_figure

_HEIGHT_IN = 2.0


def draw_tuning(tuning: Tuning) -> Figure:
    """The gap between the lines is what choosing by a figure adds to it; call it within `paper_style`."""
    figure = column_figure(_HEIGHT_IN)
    panel = figure.subplots()
    n_trials = [point.n_trials for point in tuning.curve]
    inner, outer = ([getattr(point, name) for point in tuning.curve] for name in ("inner_score", "score"))
    panel.axhline(tuning.default.score, color=BLACK, linewidth=0.6, linestyle=":", label="project's settings, outer")
    panel.plot(n_trials, inner, color=BLUE, linewidth=0.9, linestyle="--", drawstyle="steps-post", label="inner folds")
    panel.plot(n_trials, outer, color=VERMILION, linewidth=0.9, drawstyle="steps-post", label="outer folds")
    panel.set_xlabel("trials that the inner folds chose from")
    panel.set_ylabel("Score of the choice")
    panel.xaxis.set_major_locator(MaxNLocator(integer=True))
    figure.legend(loc="outside upper center", ncols=3)
    return figure
