import operator
import os

import pytest

from blemore_cli.core.errors import BlemoreError, DataError
from blemore_cli.core.labels import check_emotion
from blemore_cli.core.workers import n_workers, spread


@pytest.mark.parametrize("jobs", [1, 2])
def test_results_come_in_the_order_of_the_tasks(jobs: int) -> None:
    counts: list[int] = []
    assert spread(operator.neg, range(7), jobs=jobs, done=counts.append) == [-value for value in range(7)]
    assert counts == list(range(1, 8))


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_of_a_task_reaches_the_caller(jobs: int) -> None:
    with pytest.raises(DataError, match="joy"):
        spread(check_emotion, ["joy", "joy"], jobs=jobs)


def test_a_killed_worker_is_told() -> None:
    with pytest.raises(BlemoreError, match="killed"):
        spread(os._exit, [9, 9], jobs=2)


def test_number_of_workers() -> None:
    assert n_workers(8, 3) == 3
    assert n_workers(0, 1000) == len(os.sched_getaffinity(0))
    assert n_workers(2, 0) == 1
