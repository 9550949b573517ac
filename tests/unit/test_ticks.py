import multiprocessing
import time

import pytest

from blemore_cli.core.ticks import RunningTotal, SharedTotal, heard_by, send_ticks_to, tick


def test_a_tick_that_nobody_hears_does_nothing() -> None:
    tick(3)


def test_ticks_go_to_the_innermost_listener_and_back_after_it() -> None:
    outer: list[float] = []
    inner: list[float] = []
    with heard_by(outer.append):
        tick(1)
        with pytest.raises(ZeroDivisionError), heard_by(inner.append):
            tick(2 / len(inner))
        with heard_by(inner.append):
            tick(2)
        tick(3)
    tick(4)
    assert (outer, inner) == ([1, 3], [2])


def test_total_is_told_once_a_period(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    told: list[float] = []
    total = RunningTotal(told.append)
    for clock[0] in (100, 100.01, 100.05, 100.11, 100.12):
        total.add(1)
    assert told == [1, 4]
    total.tell()
    assert told == [1, 4, 5]


def test_shared_total_is_readable_while_a_dead_process_holds_its_lock() -> None:
    total = SharedTotal(multiprocessing.get_context("spawn"))
    total.add(1.5)
    with total._amount.get_lock():
        assert total.read() == 1.5


def test_a_worker_sends_its_ticks_for_good() -> None:
    told: list[float] = []
    with heard_by(lambda _: None):  # which also sees to it that this process forgets the listener again
        send_ticks_to(told.append)
        tick()
        tick(2)
    assert told == [1, 2]
