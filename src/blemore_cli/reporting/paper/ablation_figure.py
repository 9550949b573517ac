"""Figure of an ablation: the Score of every arm, and its paired difference to the reference."""

import math
from dataclasses import dataclass
from textwrap import wrap
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import AutoMinorLocator, MaxNLocator

from blemore_cli.evaluation.statistics.comparison_sentence import ALPHA
from blemore_cli.experiments.runs.ablation_file import Ablation, ArmResult
from blemore_cli.reporting.arm_differences import Verdict, arm_differences
from blemore_cli.reporting.paper.style import BLACK, BLUE, GREY, PALE, VERMILION, column_figure
from blemore_cli.reporting.tables.ablation import arms_notes
from blemore_cli.reporting.tables.notation import elided

_ROW_IN, _FRAME_IN = 0.165, 0.9
_SPREAD_PT, _MARKER_PT, _LINE_PT = 7.0, 3.6, 0.9
_NAME_WIDTH = 20
_NOTE_WIDTH, _NOTE_PT, _NOTE_IN = 76, 5.5, 0.1
_SMALLEST_SPAN = 0.02


@dataclass(frozen=True)
class Mark:
    """How an arm is drawn: shape and filling carry the meaning, colour only repeats it."""

    marker: str
    colour: str
    filled: bool
    meaning: str

    @property
    def line(self) -> dict[str, Any]:
        """The properties of a line that draws it, in the figure as in the legend."""
        return {
            "marker": self.marker,
            "markersize": _MARKER_PT,
            "markeredgewidth": _LINE_PT,
            "color": self.colour,
            "markerfacecolor": self.colour if self.filled else "white",
            "linestyle": "none",
        }


MARKS: Final[dict[Verdict, Mark]] = {
    "reference": Mark("D", BLACK, True, "reference"),
    "differs": Mark("o", VERMILION, True, f"Holm p < {ALPHA}"),
    "alike": Mark("o", BLUE, False, f"Holm p ≥ {ALPHA}"),
    "untested": Mark("x", BLACK, True, "not testable"),
}


def draw_ablation(result: Ablation) -> Figure:
    """An ablation, one column of a paper wide; call it within `paper_style`.

    The left panel shows the Score of each arm with its 95 % CI over actors and the spread over seeds, the right one the
    paired difference to the reference with its interval.
    """
    n_rows, n_panels = len(result.arms) + len(result.failed), 2 if result.tests else 1
    notes = [line for note in arms_notes(result) for line in wrap(note, _NOTE_WIDTH)]
    figure = column_figure(_FRAME_IN + _ROW_IN * n_rows + _NOTE_IN * len(notes))
    panels = figure.subplots(1, n_panels, sharey=True, squeeze=False)[0]
    _draw_scores(panels[0], result)
    if result.tests:
        _draw_differences(panels[1], result)
    for panel in panels:
        _finish(panel, n_rows)
    names = elided([*(arm.name for arm in result.arms), *result.failed], _NAME_WIDTH)
    panels[0].set_yticks(range(n_rows), names)
    _draw_legend(figure, result)
    if notes:
        figure.supxlabel("\n".join(notes), fontsize=_NOTE_PT)
    return figure


def _draw_scores(panel: Axes, result: Ablation) -> None:
    for row, arm in enumerate(arm_differences(result)):
        if arm.verdict == "reference":
            panel.axvline(arm.arm.score, color=BLACK, linewidth=0.6, linestyle=":", zorder=1)
        _draw_spread(panel, row, arm.arm)
        _draw_interval(panel, row, arm.arm.ci95)
        panel.plot([arm.arm.score], [row], **MARKS[arm.verdict].line, zorder=4)
    for row in range(len(result.arms), len(result.arms) + len(result.failed)):
        panel.annotate("failed", (0.5, row), xycoords=panel.get_yaxis_transform(), ha="center", va="center")
    panel.set_xlabel("Score (out-of-fold)")


def _draw_differences(panel: Axes, result: Ablation) -> None:
    panel.axvline(0, color=BLACK, linewidth=0.6, zorder=1)
    for row, arm in enumerate(arm_differences(result)):
        if arm.ci95 is not None:
            _draw_interval(panel, row, arm.ci95)
        if arm.difference is not None:
            panel.plot([arm.difference], [row], **MARKS[arm.verdict].line, zorder=4)
    panel.set_xlabel("Score \N{MINUS SIGN} reference")


def _draw_spread(panel: Axes, row: int, arm: ArmResult) -> None:
    """Higher than the marker, so that a spread narrower than the marker is seen too."""
    if arm.score_std is not None:
        ends = [arm.score - arm.score_std, arm.score + arm.score_std]
        panel.plot(ends, [row, row], color=GREY, linewidth=_SPREAD_PT, solid_capstyle="butt", zorder=2)


def _draw_interval(panel: Axes, row: int, ci95: tuple[float, float]) -> None:
    if all(map(math.isfinite, ci95)):
        panel.plot(ci95, [row, row], color=BLACK, linewidth=_LINE_PT, solid_capstyle="butt", zorder=3)


def _finish(panel: Axes, n_rows: int) -> None:
    low, high = panel.get_xlim()
    missing = max(0.0, _SMALLEST_SPAN - (high - low)) / 2
    panel.set_xlim(low - missing, high + missing)
    panel.xaxis.set_major_locator(MaxNLocator(nbins=3, steps=[1, 2, 5, 10], min_n_ticks=2))
    panel.xaxis.set_minor_locator(AutoMinorLocator())
    panel.ticklabel_format(axis="x", style="plain", useOffset=False)
    panel.set_ylim(n_rows - 0.4, -0.6)
    panel.spines["left"].set_visible(False)
    panel.hlines(range(n_rows), 0, 1, transform=panel.get_yaxis_transform(), color=PALE, linewidth=0.5, zorder=0)


def _draw_legend(figure: Figure, result: Ablation) -> None:
    verdicts = {arm.verdict for arm in arm_differences(result)}
    handles = [Line2D([], [], color=BLACK, linewidth=_LINE_PT, label="95 % CI over actors")]
    if any(arm.score_std is not None for arm in result.arms):
        handles.append(Line2D([], [], color=GREY, linewidth=5, label="± 1 SD over seeds"))
    marks = [mark for verdict, mark in MARKS.items() if verdict in verdicts]
    handles += [Line2D([], [], **mark.line, label=mark.meaning) for mark in marks]
    figure.legend(handles=handles, loc="outside upper left", ncols=2)
