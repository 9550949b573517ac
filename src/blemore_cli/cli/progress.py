"""How far the work is: bars on a terminal; in a pipe or a log file a plain line now and then."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn
from rich.table import Column
from rich.text import Text

from blemore_cli.cli.rate import Rate, readable_rate, readable_time

Tell = Callable[[str, float, float], None]
"""`tell(name, done, total)`: how much is done of a named piece of work, in its units; parts of units count."""

LINE_SECONDS: Final = 30
LINE_SHARE: Final = 0.1
"""A log gets a line once this much time has passed since the last, and this share of the work was done in it."""

ROOMY: Final = 72
"""Columns of a terminal that has room for everything; a narrower one shows the bar, the count and the time left."""


@contextmanager
def progress_on(console: Console) -> Iterator[Tell]:
    """Shows what is told: as bars where a person watches, as lines where a file or another program reads.

    `FORCE_COLOR` wants colours in a log, and makes rich take it for a terminal; moving bars it does not want.
    """
    if console.is_interactive and console.file.isatty():
        with _bars(console) as tell:
            yield tell
    else:
        yield Lines(lambda line: console.print(Text(line), soft_wrap=True)).tell


@contextmanager
def _bars(console: Console) -> Iterator[Tell]:
    """A bar for each name; they go away at the end, the oldest sooner where the terminal is too low for all."""
    name_column = Column(no_wrap=True, overflow="ellipsis", max_width=max(1, console.width // 3))
    shown = [_count, _rate, _elapsed, _left] if console.width >= ROOMY else [_count, _left]
    columns = [
        TextColumn("{task.description}", table_column=name_column),
        BarColumn(None, table_column=Column(ratio=1)),
        *map(_PaceColumn, shown),
    ]
    with Progress(*columns, console=console, transient=True, expand=True) as progress:
        tasks = {}

        def tell(name: str, done: float, total: float) -> None:
            if name not in tasks:
                tasks[name] = progress.add_task(escape(name), total=total, pace=Rate(done, total))
                for task in progress.tasks[: -max(1, console.height - 2)]:
                    progress.update(task.id, visible=False)
            progress.tasks[tasks[name]].fields["pace"].tell(done, total)
            progress.update(tasks[name], completed=done, total=total)

        yield tell


class _PaceColumn(ProgressColumn):
    def __init__(self, words: Callable[[Rate], str]) -> None:
        super().__init__(Column(no_wrap=True, justify="right"))
        self._words = words

    def render(self, task: Task) -> Text:
        return Text(self._words(task.fields["pace"]))


def _count(pace: Rate) -> str:
    return f"{int(pace.done)}/{int(pace.total)}"


def _rate(pace: Rate) -> str:
    return readable_rate(pace.rate) if pace.rate else ""


def _elapsed(pace: Rate) -> str:
    return readable_time(pace.elapsed)


def _left(pace: Rate) -> str:
    if pace.is_finished:
        return ""
    return "-:-- left" if pace.left is None else f"{readable_time(pace.left)} left"


class Lines:
    """A line for long work every `LINE_SECONDS` and `LINE_SHARE`, whichever is rarer, and one when it is done.

    Work that is done sooner is not mentioned.

    Args:
        write: Takes a line.
        clock: Seconds, from any start.
    """

    def __init__(self, write: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._write, self._clock = write, clock
        self._paces: dict[str, Rate] = {}
        self._written: dict[str, tuple[float, float]] = {}

    def tell(self, name: str, done: float, total: float) -> None:
        """Takes a report, which may be worth a line."""
        if name not in self._paces:
            self._paces[name] = Rate(done, total, self._clock)
            self._written[name] = 0.0, done
        pace = self._paces[name]
        was_finished = pace.is_finished
        pace.tell(done, total)
        if pace.is_finished and not was_finished and pace.elapsed >= LINE_SECONDS:
            self._write(f"{name}: {_count(pace)} in {_elapsed(pace)}")
        elif not pace.is_finished and self._is_worth_a_line(pace, *self._written[name]):
            self._write(f"{name}: {_count(pace)}, {_rate(pace)}, {_elapsed(pace)} elapsed, {_left(pace)}")
            self._written[name] = pace.elapsed, done

    @staticmethod
    def _is_worth_a_line(pace: Rate, seconds: float, done: float) -> bool:
        return pace.elapsed - seconds >= LINE_SECONDS and pace.done - done >= LINE_SHARE * pace.total
