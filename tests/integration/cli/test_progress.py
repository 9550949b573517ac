"""What progress looks like on terminals of some sizes, and in a log."""

import io
from collections.abc import Callable

import pytest
from rich.console import Console

from blemore_cli.cli.progress import Lines, Report, progress_on

ERASE_LINE, SHOW_CURSOR = "\x1b[2K", "\x1b[?25h"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _moving_cursor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")


def shown(work: Callable[[Report], None], *, width: int, height: int = 24) -> list[str]:
    """The lines of a terminal after something was reported, which must be gone at the end."""
    file = Terminal()
    console = Console(file=file, width=width, height=height, force_terminal=True, force_interactive=True, no_color=True)
    with progress_on(console) as report:
        work(report)
    before, _, after = file.getvalue().rpartition(f"\n{SHOW_CURSOR}")
    lines = before.rpartition(ERASE_LINE)[2].split("\n")
    assert after.count(ERASE_LINE) == len(lines)
    return lines


def test_a_roomy_terminal_shows_everything() -> None:
    def work(report: Report) -> None:
        report("fold [models]", 0, 25)
        report("fold [models]", 3.5, 25)
        report("gathering", 2, 2)

    first, second = shown(work, width=100)
    assert first.startswith("fold [models] ━")
    assert " 3/25 " in first
    assert "/s 0:00:00 0:00 left" in first
    assert second.split()[-2:] == ["2/2", "0:00:00"]
    assert len(first) == len(second) == 100


@pytest.mark.parametrize("width", [71, 40, 20])
def test_a_narrow_terminal_shows_the_count_on_one_line(width: int) -> None:
    (line,) = shown(lambda report: report("a name that is longer than the terminal is wide", 1, 4), width=width)
    assert len(line) == width
    assert "1/4" in line
    assert "/s" not in line


def test_a_low_terminal_shows_the_newest() -> None:
    def work(report: Report) -> None:
        for number in range(9):
            report(f"encoder {number}", 1, 2)

    assert [line[:9] for line in shown(work, width=80, height=5)] == ["encoder 6", "encoder 7", "encoder 8"]


def test_a_log_gets_no_bars_even_if_it_wants_colours() -> None:
    file = io.StringIO()
    with progress_on(Console(file=file, force_terminal=True, force_interactive=True)) as report:
        report("work", 1, 2)
        report("work", 2, 2)
    assert file.getvalue() == ""


def lines_of(reports: list[tuple[float, float]], total: float) -> list[str]:
    """The lines for work of which this much was done at these seconds."""
    written: list[str] = []
    clock = [0.0]
    lines = Lines(written.append, lambda: clock[0])
    for clock[0], done in reports:
        lines.report("work", done, total)
    return written


def test_short_work_is_not_mentioned_in_a_log() -> None:
    assert lines_of([(0, 0), (10, 5), (29, 9), (29.9, 10)], 10) == []


def test_a_log_gets_a_line_every_half_minute_of_fast_work() -> None:
    reports = [(float(second), float(second)) for second in range(101)]
    assert lines_of(reports, 100) == [
        "work: 30/100, 1.0/s, 0:30 elapsed, 1:10 left",
        "work: 60/100, 1.0/s, 1:00 elapsed, 0:40 left",
        "work: 90/100, 1.0/s, 1:30 elapsed, 0:10 left",
        "work: 100/100 in 1:40",
    ]


def test_a_log_gets_a_line_every_tenth_of_slow_work() -> None:
    reports = [(36.0 * step, step / 4) for step in range(401)]
    written = lines_of(reports, 100)
    assert len(written) == 10
    assert written[0] == "work: 10/100, 25.0/h, 24:00 elapsed, 3:36:00 left"
    assert written[-1] == "work: 100/100 in 4:00:00"


def test_the_end_is_told_once() -> None:
    assert lines_of([(0, 0), (40, 10), (50, 10), (60, 10)], 10) == ["work: 10/10 in 0:40"]


def test_work_found_done_is_not_mentioned() -> None:
    assert lines_of([(0, 10), (50, 10)], 10) == []
