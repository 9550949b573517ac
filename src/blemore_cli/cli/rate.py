"""Rate of a piece of work, the time that is left of it, and their wording."""

import time
from collections.abc import Callable


class Rate:
    """The rate of one piece of work, from what is reported of it.

    Everything counts from the first report, so that what a resumed run has done before does not count.

    Args:
        done: Units done at the first report; parts of units count.
        total: Units to do.
        clock: Seconds, from any start.
    """

    def __init__(self, done: float, total: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.done, self.total, self._clock = done, total, clock
        self._done_before, self._start = done, clock()
        self._last = self._start

    def update(self, done: float, total: float) -> None:
        """Takes a report."""
        self.done, self.total, self._last = done, total, self._clock()

    @property
    def is_finished(self) -> bool:
        """Whether all is done."""
        return self.done >= self.total

    @property
    def elapsed(self) -> float:
        """Seconds since the first report; the last one stops the clock if all is done."""
        return (self._last if self.is_finished else self._clock()) - self._start

    @property
    def per_second(self) -> float:
        """Units a second between the first report and the last; 0 as long as it is unknown."""
        seconds = self._last - self._start
        return (self.done - self._done_before) / seconds if seconds > 0 else 0.0

    @property
    def left(self) -> float | None:
        """Seconds left, running down between reports; None as long as it is unknown."""
        if self.per_second <= 0:
            return None
        return max(0.0, (self.total - self.done) / self.per_second - (self._clock() - self._last))


def readable_rate(per_second: float) -> str:
    """A rate in the largest of seconds, minutes and hours that gives one unit or more; nothing where it is 0.

    Examples:
        >>> [readable_rate(rate) for rate in (1234.5, 12.34, 0.5, 0.001, 0.0)]
        ['1,234/s', '12.3/s', '30.0/min', '3.6/h', '']
    """
    if not per_second:
        return ""
    seconds, unit = next(((n, unit) for n, unit in ((1, "s"), (60, "min")) if per_second * n >= 1), (3600, "h"))
    number = per_second * seconds
    return f"{number:,.0f}/{unit}" if number >= 100 else f"{number:.1f}/{unit}"


def readable_time(seconds: float) -> str:
    """A time in minutes and seconds, or with hours.

    Examples:
        >>> readable_time(65.2), readable_time(3725)
        ('1:05', '1:02:05')
    """
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02d}:{second:02d}" if hours else f"{minute}:{second:02d}"
