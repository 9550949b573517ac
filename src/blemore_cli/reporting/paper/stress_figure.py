"""Figure of a stress test: Score against the share of failing clips, a panel a kind and a line an arm."""

import math
from itertools import cycle
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from blemore_cli.experiments.runs.stress_file import Stress, StressResult
from blemore_cli.reporting.paper.style import BLACK, BLUE, VERMILION, column_figure
from blemore_cli.reporting.tables.notation import elided

_PANEL_IN, _FRAME_IN, _LEGEND_IN = 1.15, 0.25, 0.14
_N_COLUMNS, _NAME_WIDTH = 2, 34
_ASIDE: Final = 0.015
"""Step between the lines, as a share of the axis, so that their intervals stay apart."""
STYLES: Final = (
    ("-", "o", BLUE),
    ("--", "s", VERMILION),
    (":", "x", BLACK),
    ("-.", "^", BLUE),
    ("-", "D", VERMILION),
    ("--", "v", BLACK),
)
"""How a line is drawn: line and marker carry the meaning, colour only repeats it."""
_SIZES: Final[dict[str, Any]] = {"markersize": 2.6, "linewidth": 0.9, "markeredgewidth": 0.7, "elinewidth": 0.5}


def draw_stress(stress: Stress) -> Figure:
    """Score with its interval over actors; call it within `paper_style`."""
    kinds, lines = stress.kinds, stress.lines
    n_rows = math.ceil(len(kinds) / _N_COLUMNS)
    n_columns = min(_N_COLUMNS, len(kinds))
    figure = column_figure(_FRAME_IN + _PANEL_IN * n_rows + _LEGEND_IN * math.ceil(len(lines) / 2))
    panels = figure.subplots(n_rows, n_columns, sharex=True, sharey=True, squeeze=False)
    names, shares = elided(lines, _NAME_WIDTH), sorted({result.share for result in stress.results})
    for position, panel in enumerate(panels.flat):
        if position >= len(kinds):
            panel.set_visible(False)
            continue
        panel.set_title(kinds[position], fontsize=6.5)
        for number, (name, line, style) in enumerate(zip(names, lines, cycle(STYLES), strict=False)):
            aside = _ASIDE * (number - (len(lines) - 1) / 2) * max(shares)
            _draw_line(panel, stress.curve(kinds[position], line), name, style, aside=aside)
        panel.set_xticks(shares, [f"{share:g}" for share in shares])
        panel.tick_params(axis="y", length=2.0)
        if position + n_columns >= len(kinds):
            panel.tick_params(labelbottom=True)
            panel.set_xlabel("share of clips with failure")
        if position % n_columns == 0:
            panel.set_ylabel("Score (out-of-fold)")
    figure.legend(*panels.flat[0].get_legend_handles_labels(), loc="outside upper center", ncols=2)
    return figure


def _draw_line(
    panel: Axes, results: list[StressResult], name: str, style: tuple[str, str, str], *, aside: float
) -> None:
    if not results:
        return
    line, marker, colour = style
    shares, scores = [result.share + aside for result in results], [result.score for result in results]
    low = [max(0.0, result.score - result.ci95[0]) for result in results]
    high = [max(0.0, result.ci95[1] - result.score) for result in results]
    panel.errorbar(shares, scores, yerr=[low, high], linestyle=line, marker=marker, color=colour, label=name, **_SIZES)
