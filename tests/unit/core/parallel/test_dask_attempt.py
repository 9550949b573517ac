"""What travels to a worker and back."""

import pickle
from typing import Any

import pytest

from blemore_cli.core.parallel.dask_attempt import Attempted, attempt_by_value, packed, unpacked
from blemore_cli.core.parallel.task_outcome import Failed, attempt


def test_outcomes_survive_the_way_back() -> None:
    failed = attempt(int, "one")
    assert isinstance(failed, Failed)
    for outcome in (3, failed):
        back = unpacked(packed(Attempted(outcome, "cpu", 2.5)))
        assert (back.common, back.amount, back.unfit) == ("cpu", 2.5, "")
        assert getattr(back.outcome, "message", back.outcome) == getattr(outcome, "message", outcome)


def test_the_function_for_workers_travels_by_value() -> None:
    """A worker of another version has none of that name."""
    with pytest.raises((AttributeError, pickle.PicklingError)):
        packed(attempt_by_value())
    function: Any = attempt_by_value()
    assert function.__closure__ is None
    assert not set(function.__code__.co_names) & {"Attempted", "carry_out_here", "unpacked"}
    assert "<locals>" in function.__qualname__
