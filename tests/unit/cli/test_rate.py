import pytest

from blemore_cli.cli.rate import Rate, readable_rate, readable_time


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_nothing_is_known_before_something_is_done() -> None:
    clock = Clock()
    rate = Rate(0, 10, clock)
    assert (rate.per_second, rate.left) == (0, None)
    clock.now += 5
    rate.update(0, 10)
    assert (rate.per_second, rate.left, rate.elapsed) == (0, None, 5)


def test_what_a_resumed_run_found_done_is_not_its_speed() -> None:
    clock = Clock()
    rate = Rate(20, 25, clock)
    clock.now += 10
    rate.update(21, 25)
    assert (rate.per_second, rate.left) == (0.1, 40)


def test_time_left_runs_down_between_reports_and_not_below_zero() -> None:
    clock = Clock()
    rate = Rate(0, 4, clock)
    clock.now += 10
    rate.update(2, 4)
    clock.now += 7
    assert (rate.per_second, rate.left, rate.elapsed) == (0.2, 3, 17)
    clock.now += 7
    assert rate.left == 0


def test_the_clock_stops_when_all_is_done() -> None:
    clock = Clock()
    rate = Rate(0, 2.5, clock)
    assert not rate.is_finished
    clock.now += 10
    rate.update(2.5, 2.5)
    clock.now += 10
    assert rate.is_finished
    assert (rate.elapsed, rate.left) == (10, 0)


@pytest.mark.parametrize(
    ("per_second", "words"),
    [(1, "1.0/s"), (99.94, "99.9/s"), (100, "100/s"), (0.9999, "60.0/min"), (1 / 60, "1.0/min"), (1 / 3600, "1.0/h")],
)
def test_rate(per_second: float, words: str) -> None:
    assert readable_rate(per_second) == words


@pytest.mark.parametrize(("seconds", "words"), [(0, "0:00"), (59.9, "0:59"), (3599, "59:59"), (90_000, "25:00:00")])
def test_time(seconds: float, words: str) -> None:
    assert readable_time(seconds) == words
