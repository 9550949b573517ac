"""Which units are trained in one stack: those whose models have the same program, dealt into groups of a size."""

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final, TypeVar

import numpy as np

from blemore_cli.core.config.schema import Config
from blemore_cli.core.parallel.engine import n_cores
from blemore_cli.experiments.execution.unit import Unit
from blemore_cli.model.fusion import FUSIONS
from blemore_cli.model.selection import KEEPS_ALL, chooses_number
from blemore_cli.training.loop.job import batch_sizes
from blemore_cli.training.spec import TrainingSpec

Item = TypeVar("Item")
PER_MODEL: Final[dict[str, Any]] = {
    "model": {"selection", "top_n"},
    "train": {"seed", "jobs"},
    "data": True,
    "runs": True,
    "decode": True,
    "adapt": {"shift"},
}
"""What stacked models may differ in."""


def stacks(units: Sequence[Unit], limit: int) -> list[tuple[Unit, ...]]:
    """Deals units into groups whose models can be stacked.

    The groups depend on the plan and the machine alone, not on what is done already or on the number of workers, so
    that a resumed run repeats the arithmetic of an undisturbed one. What arms do with the same seed and rows is in one
    group, where it fits: it shares what is prepared for it, and arms that are the same do not differ in rounding.

    Args:
        units: All units of a stage, done or not.
        limit: Most models in a group.
    """
    alike: dict[str, dict[tuple[str, int], list[Unit]]] = defaultdict(lambda: defaultdict(list))
    for unit in units:
        alike[_task_key(unit.task)][unit.task.left_out, unit.task.seed].append(unit)
    groups = []
    for by_training in alike.values():
        blocks = [by_training[key] for key in sorted(by_training)]
        n_least = -(-n_cores() * sum(map(len, blocks)) // len(units))
        groups += _dealt(blocks, limit, n_least=n_least)
    return groups


def _dealt(blocks: Sequence[Sequence[Unit]], limit: int, *, n_least: int) -> list[tuple[Unit, ...]]:
    """Joins whole blocks into groups, `n_least` or more where there are so many; splits blocks beyond the limit."""
    largest = max(map(len, blocks))
    if largest > limit:
        return [part for block in blocks for part in _parted(block, -(-len(block) // limit))]
    n_groups = max(-(-len(blocks) // (limit // largest)), min(len(blocks), n_least))
    return [tuple(unit for block in part for unit in block) for part in _parted(blocks, n_groups)]


def _parted(items: Sequence[Item], n_parts: int) -> list[tuple[Item, ...]]:
    """Cuts a sequence into parts of nearly equal length."""
    return [tuple(items[i] for i in part) for part in np.array_split(np.arange(len(items)), n_parts)]


def stack_key(config: Config) -> str:
    """Configurations with the same key can be trained in one stack."""
    alike = config.model_dump(mode="json", exclude=PER_MODEL)
    n_kept = "all" if config.model.selection in KEEPS_ALL else config.model.top_n
    alike["fusion_key"] = FUSIONS[config.model.fusion].stack_key(n_kept)
    alike["chooses_number"] = chooses_number(config.model.selection, config.model.top_n)
    return json.dumps(alike, sort_keys=True)


def _task_key(task: TrainingSpec) -> str:
    n_batches = len(batch_sizes(len(task.train), task.config.train.batch_size))
    return f"{stack_key(task.config)} {n_batches} {task.target_name}"
