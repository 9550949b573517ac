"""Workers that do not fit, in words; real workers are in the integration test of the engine."""

from collections.abc import Callable
from typing import Any

import pytest

from blemore_cli.core.errors import EngineError
from blemore_cli.core.parallel.dask_attempt import Attempted, packed
from blemore_cli.core.parallel.dask_stage import DaskStage, Terms

pytest.importorskip("distributed", reason="distributed is not installed: pip install '.[cluster]'")

FACTS = {"threads": "1", "blemore": "1.0", "run folder": "token"}
FIT = {**FACTS, "worker": "tcp://fit"}


class Answered:
    """A future that is done."""

    def __init__(self, facts: dict[str, str], content: bytes) -> None:
        self._answer = facts, content

    def result(self, **_: float) -> tuple[dict[str, str], bytes]:
        return self._answer

    def add_done_callback(self, function: Callable[[Any], None]) -> None:
        function(self)


class Scheduler:
    """A client whose workers answer one after the other; those that are named are asked alone."""

    status = "running"
    _start_arg = "tcp://scheduler"

    def __init__(self, *answers: tuple[dict[str, str], Attempted]) -> None:
        self._answers = list(answers)
        self.asked_for: list[list[str] | None] = []

    def submit(self, *_: object, workers: list[str] | None, **__: object) -> Answered:
        self.asked_for.append(workers)
        facts, attempted = self._answers.pop(0)
        wanted = {name: facts.get(name) for name in FACTS} == FACTS
        return Answered(facts, packed(attempted) if wanted else b"")

    def scheduler_info(self, **_: int) -> dict[str, Any]:
        return {"workers": {"tcp://fit": {}, "tcp://other": {}}}

    def subscribe_topic(self, *_: object) -> None: ...

    def unsubscribe_topic(self, *_: object) -> None: ...

    def cancel(self, *_: object) -> None: ...


def outcomes(scheduler: Scheduler, common: str | None, notes: list[str], n_tasks: int = 1) -> list[object]:
    stage = DaskStage(scheduler, Terms(FACTS, "/runs/x/token", common, 5), {}, notes.append)
    contents = dict.fromkeys(range(n_tasks), b"")
    return [attempted.outcome for _, attempted in stage.attempts(contents, lambda _: None)]


@pytest.mark.parametrize(
    ("difference", "words"),
    [
        ({"run folder": ""}, "a worker must see the folder /runs/x, and it does not"),
        ({"threads": "4"}, "a worker must have one thread, and it has 4: start it with --nthreads 1"),
        ({"blemore": "0.9"}, "a worker must have blemore 1.0, and it has 0.9"),
    ],
)
def test_the_task_of_a_worker_that_does_not_fit_goes_to_another(difference: dict[str, str], words: str) -> None:
    scheduler = Scheduler(({**FIT, **difference, "worker": "tcp://other"}, Attempted()), (FIT, Attempted(7, "cpu")))
    notes: list[str] = []
    assert outcomes(scheduler, "cpu", notes) == [7]
    assert scheduler.asked_for == [None, ["tcp://fit"]]
    assert notes == [f"worker tcp://other is given no tasks: {words}"]


def test_where_no_worker_fits_the_reason_is_the_error() -> None:
    answers = [({**FIT, "worker": name, "run folder": ""}, Attempted()) for name in ("tcp://other", "tcp://fit")]
    with pytest.raises(EngineError, match=r"must see the folder /runs/x, and it does not \(tcp://fit\)") as caught:
        outcomes(Scheduler(*answers), None, [])
    assert "--resume" in caught.value.fix


def test_devices_are_not_mixed() -> None:
    on_gpu = [({**FIT, "worker": name}, Attempted(common="NVIDIA H100")) for name in ("tcp://other", "tcp://fit")]
    notes: list[str] = []
    assert outcomes(Scheduler(on_gpu[0], (FIT, Attempted(7, "cpu"))), "cpu", notes) == [7]
    words = "a worker must compute on the device of the run, cpu, and it has NVIDIA H100"
    assert notes == [f"worker tcp://other is given no tasks: {words}"]
    with pytest.raises(EngineError, match=rf"{words} \(tcp://fit\)"):
        outcomes(Scheduler(*on_gpu), "cpu", [])
