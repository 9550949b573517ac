"""Groups of trainings through an engine, smaller where a group was lost with its worker process."""

from collections.abc import Callable, Sequence
from functools import partial

from blemore_cli.core.errors import LostWorkerError
from blemore_cli.core.parallel.engine import Engine
from blemore_cli.core.parallel.task_outcome import Failed
from blemore_cli.data.index.file import Index
from blemore_cli.experiments.execution.unit import Unit
from blemore_cli.experiments.execution.worker import Failure, work_on

Group = tuple[Unit, ...]


def train_groups(
    engine: Engine, index: Index, groups: Sequence[Group], *, progress: Callable[[float], None] = lambda _: None
) -> list[Failure]:
    """Trains groups; one whose worker process was killed, most often for lack of memory, is halved until it fits.

    Models of a smaller stack differ from those of a larger one by rounding.

    Returns:
        The units that could not be trained, with those that were lost alone.
    """
    failures: list[Failure] = []
    halves: list[Group] = []
    for group, outcome in zip(
        groups, engine.run(partial(work_on, index=index), groups, progress=progress), strict=True
    ):
        if not isinstance(outcome, Failed):
            failures += outcome
        elif not isinstance(outcome.error, LostWorkerError):
            outcome.raise_again()
        elif len(group) == 1:
            failures.append(Failure(group[0].arm, _named(group[0], outcome.error)))
        else:
            middle = len(group) // 2
            halves += [group[:middle], group[middle:]]
    return failures + (train_groups(engine, index, halves) if halves else [])


def _named(unit: Unit, error: LostWorkerError) -> LostWorkerError:
    task = unit.task
    return LostWorkerError(
        f"one training, {unit.path.name} of seed {task.seed}, was more than its process may use: {error.message}",
        fix=error.fix,
    )
