"""Figures of deletion and cost: Score as encoders are removed, and Score against encoders extracted."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from blemore_cli.evaluation.gate_quality.deletion_curves import DeletionCurves, Order
from blemore_cli.experiments.runs.explanation_file import Explanation
from blemore_cli.reporting.figure_data.deletion import NAMES
from blemore_cli.reporting.paper.style import BLACK, BLUE, COLUMN_IN, PALE, VERMILION, paper_style, save_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

HEIGHT_IN: Final = 1.9
LINES: Final[dict[Order, tuple[str, str, str]]] = {
    "bottom_first": ("-", "o", BLUE),
    "random": (":", "x", BLACK),
    "top_first": ("--", "s", VERMILION),
}
"""How a curve is drawn: line and marker carry the meaning, colour only repeats it."""


def save_removal_figure(explanation: Explanation, folder: Path) -> list[Path]:
    """Draws Score and loss over the encoders removed and writes `removal.pdf`, `.svg` and `.png`, where there are two.

    Raises:
        ArtefactError: If a file cannot be written.
    """
    if explanation.deletion is None:
        return []
    with paper_style():
        title = f"Predictions of {explanation.run} as encoders are removed"
        return save_figure(draw_removal(explanation.deletion), folder, "removal", title=title)


def draw_removal(curves: DeletionCurves) -> "Figure":
    """The figure itself; call it within `paper_style`."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(COLUMN_IN, HEIGHT_IN), layout="constrained")
    score, loss = figure.subplots(1, 2)
    score.fill_between(curves.n_removed, curves.score["top_first"], curves.score["bottom_first"], color=PALE, zorder=0)
    for order, name in NAMES.items():
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


_SIZES: Final[dict[str, float]] = {"markersize": 2.6, "linewidth": 0.9, "markeredgewidth": 0.7}


def save_compute_figure(explanation: Explanation, folder: Path) -> list[Path]:
    """Draws Score against the encoders that must be extracted and writes `compute.pdf`, `.svg` and `.png`.

    Raises:
        ArtefactError: If a file cannot be written.
    """
    with paper_style():
        title = f"Score of {explanation.run} against the encoders that must be extracted"
        return save_figure(draw_compute(explanation), folder, "compute", title=title)


def draw_compute(explanation: Explanation) -> "Figure":
    """The figure itself, each point with the number of encoders kept; call it within `paper_style`."""
    from matplotlib.figure import Figure

    curve = explanation.cost
    figure = Figure(figsize=(COLUMN_IN, HEIGHT_IN), layout="constrained")
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


def _whole_numbers(panel: "Axes") -> None:
    from matplotlib.ticker import MaxNLocator

    panel.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    panel.tick_params(axis="y", length=2.0)
