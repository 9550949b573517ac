"""Output of the commands: results on stdout, everything else on stderr, errors as a message and an exit code."""

import json
import os
import re
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final, TextIO

import typer
from rich.console import Console, ConsoleOptions, Group, JustifyMethod, RenderableType, RenderResult
from rich.markup import escape
from rich.measure import Measurement
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from blemore_cli.cli.interruption import INTERRUPTED
from blemore_cli.core.errors import ArtefactError, BlemoreError

SHORT, SHORT_FIGURE = 10, 16
"""Characters of a cell that is never broken into lines; of one that holds figures, such as an interval."""
FOLDED = 5
"""Characters of a line of a cell that is, at least."""
UNBOUNDED = 10_000
"""Characters that no table needs."""


HARMFUL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What commands a terminal, or turns the order of what stands beside it: all of it but tabs and line ends."""


def printable(text: str) -> str:
    r"""The text with what would command a terminal as a sign that stands for it.

    Examples:
        >>> printable("a\x1b[2Jb")
        'a\ufffd[2Jb'
    """
    return HARMFUL.sub("\ufffd", text)


class PipeConsole(Console):
    """A console that ends the command quietly where its reader goes away, as `head` does."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Yields what is printed, with names from files that hold commands for the terminal made harmless."""
        for text, style, control in super().render(renderable, options):
            yield Segment(text if control else printable(text), style, control)

    def on_broken_pipe(self) -> None:
        """Goes on with the error that came."""
        raise BrokenPipeError


@dataclass
class Output:
    """Output of one command.

    Attributes:
        as_json: One JSON object on stdout and nothing else there.
        quiet: No progress and no notes.
        debug: Errors with their traceback.
        guides: Whether results are followed by the next command to type.
        has_result: Whether stdout has the result already; an error that comes after it goes to stderr alone.
    """

    as_json: bool = False
    quiet: bool = False
    debug: bool = False
    guides: bool = True
    has_result: bool = field(default=False, init=False)
    stdout: Console = field(default_factory=lambda: PipeConsole(highlight=False))
    stderr: Console = field(default_factory=lambda: PipeConsole(stderr=True, highlight=False))

    def result(self, content: dict[str, Any], *renderables: Any, next_step: str = "") -> None:
        """Ends a command: the JSON object, or the tables and the next command to type."""
        self.has_result = True
        if self.as_json:
            sys.stdout.write(json.dumps(content, indent=2, allow_nan=False) + "\n")
            return
        for renderable in renderables:
            self.stdout.print(Text(renderable) if isinstance(renderable, str) else renderable, crop=False)
        if next_step and self.guides and not self.quiet:
            self.stderr.print(f"Next: [bold]{escape(next_step)}[/bold]", soft_wrap=True)

    def note(self, message: str) -> None:
        """Prints what is good to know beside the result."""
        if not self.quiet:
            self.stderr.print(f"[yellow]note:[/yellow] {escape(message)}", soft_wrap=True)

    def notes(self, messages: Iterable[str]) -> None:
        """Prints several notes."""
        for message in messages:
            self.note(message)

    @contextmanager
    def progress(self) -> Iterator[Callable[[str, float, float], None]]:
        """Shows how far each named piece of work is; yields `report(name, done, total)`."""
        if self.quiet:
            yield lambda *_: None
            return
        from blemore_cli.cli.progress import progress_on

        with progress_on(self.stderr) as report:
            yield report

    def failed(self, error: BlemoreError) -> None:
        """Prints an error and its next step."""
        if self.debug:
            traceback.print_exc()
        self.stderr.print(f"[bold red]error:[/bold red] {escape(error.message)}", soft_wrap=True)
        if error.fix:
            self.stderr.print(f"[bold]fix:[/bold] {escape(error.fix)}", soft_wrap=True)
        self.error_as_json(error.message, error.fix, error.exit_code)

    def error_as_json(self, error: str, fix: str, exit_code: int) -> None:
        """Writes an error to stdout where a JSON object is expected and not written yet."""
        if self.as_json and not self.has_result:
            content = {"error": error, "fix": fix, "exit_code": exit_code}
            sys.stdout.write(json.dumps(content, indent=2) + "\n")


@contextmanager
def exit_codes(output: Output) -> Iterator[None]:
    """Turns errors into a message on stderr and an exit code of the contract; an interruption exits with 130."""
    try:
        yield
    except KeyboardInterrupt:
        output.stderr.print("interrupted; finished work is kept")
        output.error_as_json("interrupted; finished work is kept", "Go on with --resume.", INTERRUPTED)
        raise typer.Exit(INTERRUPTED) from None
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from None
    except (BlemoreError, OSError) as error:
        if isinstance(error, OSError):
            error = ArtefactError(f"the system refused: {error}", fix="Check space and permissions.")
        output.failed(error)
        raise typer.Exit(error.exit_code) from None


@contextmanager
def lost_output() -> Iterator[None]:
    """Ends the process without a traceback where stdout or stderr takes no more, as on a full disk.

    A reader that went away, as `head` does, is no error.
    """
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        _discard(sys.stdout)
        sys.exit(0)
    except OSError as error:
        _discard(sys.stdout)
        with suppress(OSError):
            sys.stderr.write(f"error: the output must be writable: {error.strerror or error}\n")
            sys.stderr.flush()
        _discard(sys.stderr)
        sys.exit(ArtefactError.exit_code)


def _discard(stream: TextIO) -> None:
    """Lets what a stream still holds go nowhere, so that it is no error at the end of the process."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def table(title: str, *columns: str, rows: list[list[str]], figures: Sequence[bool] = ()) -> Group:
    """A compact table under a line of title; the first column is text, the others are on the right.

    Where the terminal is narrow, long texts are folded and short ones, such as numbers, stay whole.

    Args:
        title: What stands above it.
        columns: The header of each column.
        rows: The cells; a row may end early.
        figures: Whether each column is known to hold figures; they are folded last.
    """
    return Group(Text(title, overflow="fold"), FittedTable(columns, rows, figures))


@dataclass(frozen=True)
class FittedTable:
    """A table whose figures stay whole where there is room, and are folded as words are where there is none."""

    columns: tuple[str, ...]
    rows: list[list[str]]
    figures: Sequence[bool]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yields the table that fits."""
        whole = self._table(SHORT_FIGURE)
        fits = Measurement.get(console, options.update(max_width=UNBOUNDED), whole).minimum <= options.max_width
        yield whole if fits else self._table(SHORT)

    def _table(self, short_figure: int) -> Table:
        table = Table(box=None, pad_edge=False, header_style="bold", show_header=any(self.columns))
        for position, column in enumerate(self.columns):
            longest = max([len(column), *(len(row[position]) for row in self.rows if position < len(row))])
            side: JustifyMethod = "right" if position else "left"
            is_figure = position < len(self.figures) and self.figures[position]
            is_short = longest <= (short_figure if is_figure else SHORT)
            least = longest if is_short else FOLDED
            table.add_column(column, justify=side, overflow="fold", no_wrap=is_short, min_width=least)
        for row in self.rows:
            table.add_row(*map(escape, row))
        return table
