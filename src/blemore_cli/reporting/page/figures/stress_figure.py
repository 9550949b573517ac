"""Figure and table of a stress test: Score against the share of failing clips, a panel a kind and a line an arm."""

import math
from collections.abc import Sequence
from typing import Final

from blemore_cli.experiments.runs.stress_file import Stress, StressResult
from blemore_cli.reporting.page.drawing.axis import Scale, spanning
from blemore_cli.reporting.page.drawing.figure import PageFigure
from blemore_cli.reporting.page.drawing.frame import Frame, draw_axes
from blemore_cli.reporting.page.drawing.svg import Drawing, Point
from blemore_cli.reporting.page.table import PageTable, page_table
from blemore_cli.reporting.tables.column import of_part
from blemore_cli.reporting.tables.notation import accuracy_text, difference_text, elided
from blemore_cli.reporting.tables.stress import RESULTS

WIDTH, N_COLUMNS, EDGE = 760.0, 3, 12.0
LEFT, TOP, PLOT_HEIGHT, FOOT = 46.0, 22.0, 150.0, 44.0
KEY_ROW, N_KEY_COLUMNS, NAME_WIDTH = 17.0, 3, 30
CURVES: Final = ("curve-a", "curve-b", "curve-c")
MARKS: Final = ("dot", "diamond", "cross", "square")


def stress_figure(stress: Stress) -> PageFigure:
    """Draws the Score of every arm against the share of clips for which each encoder fails."""
    return PageFigure(
        svg=_drawn(stress).svg(),
        caption="Score of the clips out of fold, mean over seeds, against the share of them for which each of "
        f"{len(stress.encoders)} of {stress.n_encoders} encoders fails, by the kind of failure; one encoder of a clip "
        "at least stays sound. The models are those of the run, which have seen no failure, unless a line says so.",
        conclusion=_conclusion(stress),
        of=stress.run,
        heading=stress.run,
    )


def stress_table(stresses: Sequence[Stress]) -> PageTable:
    """A row for each kind, share and arm of each run."""
    rows = [(stress.run, result) for stress in stresses for result in stress.results]
    return page_table(of_part(lambda row: row[1], RESULTS), rows, of=lambda row: row[0])


def _drawn(stress: Stress) -> Drawing:
    n_rows, n_key_rows = math.ceil(len(stress.kinds) / N_COLUMNS), math.ceil(len(stress.lines) / N_KEY_COLUMNS)
    height = n_rows * (TOP + PLOT_HEIGHT + FOOT) + n_key_rows * KEY_ROW + EDGE
    drawing = Drawing(WIDTH, height, "Score against the share of failing clips")
    scores = spanning([result.score for result in stress.results])
    shares = (0.0, max(0.01, *(result.share for result in stress.results)) * 1.04)
    for position, kind in enumerate(stress.kinds):
        frame = _panel(drawing, position, shares, scores)
        drawing.text((frame.x.start, frame.y.end - 8), kind, css="row-name")
        for number, line in enumerate(stress.lines):
            points = [frame.at(result.share, result.score) for result in stress.curve(kind, line)]
            _draw_line(drawing, points, number)
    _draw_key(drawing, elided(stress.lines, NAME_WIDTH), n_rows * (TOP + PLOT_HEIGHT + FOOT) + KEY_ROW)
    return drawing


def _panel(drawing: Drawing, position: int, shares: tuple[float, float], scores: tuple[float, float]) -> Frame:
    """Axes of a panel; the name of the Score stands beside the first of a row."""
    row, column = divmod(position, N_COLUMNS)
    step = (WIDTH - EDGE) / N_COLUMNS
    start, top = column * step + LEFT, row * (TOP + PLOT_HEIGHT + FOOT) + TOP
    x = Scale(*shares, start, (column + 1) * step - EDGE)
    frame = Frame(drawing, x, Scale(*scores, top + PLOT_HEIGHT, top))
    draw_axes(frame, "share of clips", "" if column else "Score", n_most=5)
    return frame


def _draw_line(drawing: Drawing, points: Sequence[Point], number: int) -> None:
    drawing.curve(points, CURVES[number % len(CURVES)])
    for point in points:
        _draw_mark(drawing, point, MARKS[number % len(MARKS)])


def _draw_mark(drawing: Drawing, place: Point, mark: str) -> None:
    if mark == "diamond":
        drawing.diamond(place, "mark-reference")
    elif mark == "cross":
        drawing.cross(place, "interval")
    elif mark == "square":
        drawing.bar((place[0] - 3.5, place[1] - 3.5), (7, 7), "mark-published")
    else:
        drawing.dot(place, "mark-plain", radius=3)


def _draw_key(drawing: Drawing, names: Sequence[str], top: float) -> None:
    for number, name in enumerate(names):
        row, column = divmod(number, N_KEY_COLUMNS)
        x, y = LEFT + column * (WIDTH - LEFT) / N_KEY_COLUMNS, top + row * KEY_ROW
        _draw_line(drawing, [(x, y - 4), (x + 24, y - 4)], number)
        drawing.text((x + 32, y), name, css="tick")


def _conclusion(stress: Stress) -> str:
    """The worst failure of the first arm, and what its gate makes of it."""
    of_first = [result for result in stress.results if result.line == stress.lines[0] and result.share > 0]
    if not of_first:
        return "Nothing failed."
    worst = min(of_first, key=lambda result: result.drop)
    return (
        f"{worst.arm} loses most by {worst.kind} at a share of {worst.share:g}: {accuracy_text(worst.score)}, "
        f"{difference_text(worst.drop)} against no failure{_kept(worst)}.{_best(stress, worst)}"
    )


def _kept(worst: StressResult) -> str:
    if worst.precision is None:
        return ""
    return f"; {accuracy_text(worst.precision)} of what it keeps is sound, chance {accuracy_text(worst.chance)}"


def _best(stress: Stress, worst: StressResult) -> str:
    """The arm of the highest Score there, where there are several."""
    others = [row for row in stress.results if (row.kind, row.share) == (worst.kind, worst.share)]
    if len(others) < 2:
        return ""
    best = max(others, key=lambda row: row.score)
    return f" The highest Score there is that of {best.line}, {accuracy_text(best.score)}."
