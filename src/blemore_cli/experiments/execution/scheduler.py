"""Scheduler of an experiment: inner trainings, then fold models, for all arms that can be stacked, wave by wave."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from blemore_cli.core.parallel.engine import Engine
from blemore_cli.data.index.file import Index
from blemore_cli.experiments.execution.lost_groups import train_groups
from blemore_cli.experiments.execution.plan import Arm, fold_paths, fold_units, inner_units, needed
from blemore_cli.experiments.execution.stack_plan import stack_key, stacks
from blemore_cli.experiments.execution.unit import Unit
from blemore_cli.experiments.execution.worker import Failure
from blemore_cli.training.loop.stack_size import stack_limit
from blemore_cli.training.reduction import usual_width

TrainingProgress = Callable[[float, int], None]
"""Called with the trainings done, in fractions of one, and all of them."""

Progress = Callable[[str, float, int], None]
"""The same with the name of the work first, where a run has work of other kinds too."""


class Scheduler:
    """Trains arms through an engine in stacks that are planned for a number of processes, the slots of the run."""

    def __init__(
        self, index: Index, arms: Sequence[Arm], engine: Engine, *, slots: int, progress: TrainingProgress
    ) -> None:
        self._index, self._arms, self._engine = index, arms, engine
        self._slots, self._progress = slots, progress
        self._n_done = 0.0
        self._total = sum(len(inner_units(arm, index.clips)) for arm in arms)

    def waves(self) -> Iterator[tuple[list[Arm], list[Failure]]]:
        """Trains arms that can be stacked together, wave by wave; yields the arms of each, and what failed in it."""
        self._total += sum(len(fold_paths(arm)) for arm in self._arms)
        for wave in self._waves():
            failed = self._train_inner(wave)
            lost = {failure.arm for failure in failed}
            final = fold_units([arm for arm in wave if arm.name not in lost], self._index.clips)
            yield wave, failed + self._run(final, lambda unit: not unit.is_done)

    def inner_waves(self) -> Iterator[list[Failure]]:
        """Trains, wave by wave, what fold models are chosen by, and no fold model; yields what failed in each."""
        for wave in self._waves():
            yield self._train_inner(wave)

    def _waves(self) -> list[list[Arm]]:
        waves: dict[str, list[Arm]] = defaultdict(list)
        for arm in self._arms:
            waves[stack_key(arm.config)].append(arm)
        return list(waves.values())

    def _train_inner(self, wave: Sequence[Arm]) -> list[Failure]:
        clips = self._index.clips
        waiting = {arm.name: needed(arm, clips) for arm in wave}
        inner: list[Unit] = [unit for arm in wave for unit in inner_units(arm, clips)]
        return self._run(inner, lambda unit: not unit.is_done and unit.path.name in waiting[unit.arm])

    def _run(self, units: Sequence[Unit], is_waiting: Callable[[Unit], bool]) -> list[Failure]:
        """Does the groups of which anything waits; the others count as done."""
        if not units:
            return []
        limit = stack_limit(units[0].task.config, self._widths(units[0]))
        groups = stacks(units, limit=limit, slots=self._slots)
        waiting = [group for group in groups if any(map(is_waiting, group))]
        before = self._n_done + len(units) - sum(map(len, waiting))
        self._progress(before, self._total)
        failures = train_groups(
            self._engine,
            self._index,
            waiting,
            progress=lambda amount: self._progress(before + amount, self._total),
        )
        self._n_done += len(units)
        self._progress(self._n_done, self._total)
        return failures

    def _widths(self, unit: Unit) -> tuple[int, ...]:
        model, n_clips = unit.task.config.model, int((~self._index.clips.is_test).sum())
        names = model.encoders or self._index.encoders
        return tuple(usual_width(model.reduce, self._index.encoders[name].dim, n_clips) for name in names)
