"""Figures of deletion and cost: Score as encoders are removed, and Score against encoders extracted."""

from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from blemore_cli.evaluation.gate_quality.deletion_curves import DeletionCurves, Order
from blemore_cli.experiments.runs.explanation_file import Explanation
from blemore_cli.reporting.paper.style import BLACK, BLUE, PALE, VERMILION, column_figure
from blemore_cli.reporting.tables.notation import DELETION_ORDERS

HEIGHT_IN: Final = 1.9
LINES: Final[dict[Order, tuple[str, str, str]]] = {
    "bottom_first": ("-", "o", BLUE),
    "random": (":", "x", BLACK),
    "top_first": ("--", "s", VERMILION),
}
"""How a curve is drawn: line and marker carry the meaning, colour only repeats it."""
_SIZES: Final[dict[str, float]] = {"markersize": 2.6, "linewidth": 0.9, "markeredgewidth": 0.7}


def draw_removal(curves: DeletionCurves) -> Figure:
    """Score and loss over the number of encoders removed; call it within `paper_style`."""
    figure = column_figure(HEIGHT_IN)
    score, loss = figure.subplots(1, 2)
    score.fill_between(curves.n_removed, curves.score["top_first"], curves.score["bottom_first"], color=PALE, zorder=0)
    for order, name in DELETION_ORDERS.items():
        line, marker, colour = LINES[order]
        for panel, values in ((score, curves.score[order]), (loss, curves.log_loss[order])):
            panel.plot(curves.n_removed, values, line, marker=marker, color=colour, label=name, **_SIZES)
    score.set_ylabel("Score (out-of-fold)")
    loss.set_ylabel("log loss, nats")
    for panel in (score, loss):
        panel.set_xlabel("encoders removed")
        _whole_numbers(panel)
    figure.legend(*score.get_legend_handles_labels(), loc="outside upper center", ncols=3)
    return figure


def draw_compute(explanation: Explanation) -> Figure:
    """Score against the encoders kept, and against those that must be extracted; call it within `paper_style`."""
    curve = explanation.cost
    figure = column_figure(HEIGHT_IN)
    kept, extracted = figure.subplots(1, 2, sharey=True)
    kept.plot(curve.n, curve.score, "-o", color=BLUE, **_SIZES)
    extracted.plot(curve.n_computed, curve.score, "o", color=BLUE, **_SIZES)
    n = round(explanation.n_kept) if explanation.top_n == "auto" else explanation.top_n
    position = min(n, len(explanation.encoders)) - 1
    for panel, place in ((kept, curve.n[position]), (extracted, curve.n_computed[position])):
        panel.plot([place], [curve.score[position]], "D", color=BLACK, markersize=4, label=f"n = {curve.n[position]}")
        panel.set_xlim(0.5, len(explanation.encoders) + 0.5)
        _whole_numbers(panel)
    kept.set_xlabel("encoders kept")
    extracted.set_xlabel("encoders extracted, mean")
    kept.set_ylabel("Score (out-of-fold)")
    kept.legend(loc="lower right")
    return figure


def _whole_numbers(panel: Axes) -> None:
    panel.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    panel.tick_params(axis="y", length=2.0)
