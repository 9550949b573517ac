import multiprocessing
import time

import pytest

from blemore_cli.core.parallel.progress import RunningTotal, SharedTotal, advance, collect_progress, send_progress_to


def test_a_tick_that_nobody_hears_does_nothing() -> None:
    advance(3)


def test_ticks_go_to_the_innermost_listener_and_back_after_it() -> None:
    outer: list[float] = []
    inner: list[float] = []
    with collect_progress(outer.append):
        advance(1)
        with pytest.raises(ZeroDivisionError), collect_progress(inner.append):
            advance(2 / len(inner))
        with collect_progress(inner.append):
            advance(2)
        advance(3)
    advance(4)
    assert (outer, inner) == ([1, 3], [2])


def test_total_is_told_once_a_period(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    told: list[float] = []
    total = RunningTotal(told.append)
    for clock[0] in (100, 100.01, 100.05, 100.11, 100.12):
        total.add(1)
    assert told == [1, 4]
    total.report()
    assert told == [1, 4, 5]


def test_shared_total_is_readable_while_a_dead_process_holds_its_lock() -> None:
    total = SharedTotal(multiprocessing.get_context("spawn"))
    total.add(1.5)
    with total._amount.get_lock():
        assert total.read() == 1.5


def test_a_worker_sends_its_ticks_for_good() -> None:
    told: list[float] = []
    with collect_progress(lambda _: None):  # which also sees to it that this process forgets the listener again
        send_progress_to(told.append)
        advance()
        advance(2)
    assert told == [1, 2]
