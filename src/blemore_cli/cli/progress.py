"""Progress of long work: bars on a terminal, and plain lines now and then in a pipe or a log file."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeElapsedColumn
from rich.table import Column
from rich.text import Text

from blemore_cli.cli.rate import Rate, readable_rate, readable_time

Report = Callable[[str, float, float], None]
"""`report(name, done, total)`: how much is done of a named piece of work, in its units; parts of units count."""

LINE_SECONDS: Final = 30
LINE_SHARE: Final = 0.1
"""A log gets a line once this much time has passed since the last, and this share of the work was done in it."""

ROOMY: Final = 72
"""Columns of a terminal that has room for everything; a narrower one shows the bar, the count and the time left."""


@contextmanager
def progress_on(console: Console) -> Iterator[Report]:
    """Shows what is reported: as bars where a person watches, as lines where a file or another program reads.

    `FORCE_COLOR` wants colours in a log, and makes rich take it for a terminal; moving bars it does not want.
    """
    if console.is_interactive and console.file.isatty():
        with _bars(console) as report:
            yield report
    else:
        yield Lines(lambda line: console.print(Text(line), soft_wrap=True)).report


@contextmanager
def _bars(console: Console) -> Iterator[Report]:
    """A bar for each name; they go away at the end, the oldest sooner where the terminal is too low for all."""
    narrow = Column(no_wrap=True, justify="right")
    speed = [_RateColumn(lambda rate: readable_rate(rate.per_second)), TimeElapsedColumn(narrow)]
    columns = [
        TextColumn(
            "{task.description}",
            table_column=Column(no_wrap=True, overflow="ellipsis", max_width=max(1, console.width // 3)),
        ),
        BarColumn(None, table_column=Column(ratio=1)),
        MofNCompleteColumn(table_column=narrow),
        *(speed if console.width >= ROOMY else []),
        _RateColumn(time_left),
    ]
    with Progress(*columns, console=console, transient=True, expand=True) as progress:
        tasks = {}

        def report(name: str, done: float, total: float) -> None:
            if name not in tasks:
                tasks[name] = progress.add_task(escape(name), total=total, rate=Rate(done, total))
                for task in progress.tasks[: -max(1, console.height - 2)]:
                    progress.update(task.id, visible=False)
            progress.tasks[tasks[name]].fields["rate"].update(done, total)
            progress.update(tasks[name], completed=done, total=total)

        yield report


class _RateColumn(ProgressColumn):
    """Words about the rate of a task: rich's own columns know neither units an hour nor time that runs down."""

    def __init__(self, words: Callable[[Rate], str]) -> None:
        super().__init__(Column(no_wrap=True, justify="right"))
        self._words = words

    def render(self, task: Task) -> Text:
        return Text(self._words(task.fields["rate"]))


def time_left(rate: Rate) -> str:
    """The time left; nothing at the end."""
    if rate.is_finished:
        return ""
    return "-:-- left" if rate.left is None else f"{readable_time(rate.left)} left"


class Lines:
    """A line for long work every `LINE_SECONDS` and `LINE_SHARE`, whichever is rarer, and one when it is done.

    Work that is done sooner is not mentioned.

    Args:
        write: Takes a line.
        clock: Seconds, from any start.
    """

    def __init__(self, write: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._write, self._clock = write, clock
        self._works: dict[str, tuple[Rate, float, float]] = {}  # with the time and the count of the last line

    def report(self, name: str, done: float, total: float) -> None:
        """Takes a report, which may be worth a line."""
        rate, seconds, done_before = self._works.setdefault(name, (Rate(done, total, self._clock), 0.0, done))
        was_finished = rate.is_finished
        rate.update(done, total)
        count, elapsed = f"{name}: {int(done)}/{int(total)}", readable_time(rate.elapsed)
        if rate.is_finished:
            if not was_finished and rate.elapsed >= LINE_SECONDS:
                self._write(f"{count} in {elapsed}")
        elif rate.elapsed - seconds >= LINE_SECONDS and done - done_before >= LINE_SHARE * total:
            self._write(f"{count}, {readable_rate(rate.per_second)}, {elapsed} elapsed, {time_left(rate)}")
            self._works[name] = rate, rate.elapsed, done
