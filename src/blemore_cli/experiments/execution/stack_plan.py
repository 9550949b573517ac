"""Plan of the stacks: groups of units whose models have the same program and are trained together."""

import json
import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from itertools import chain
from typing import Any, Final, TypeVar

import numpy as np

from blemore_cli.core.choices import FUSES_DISTRIBUTIONS, KEEPS_ALL
from blemore_cli.core.config.schema import Config
from blemore_cli.experiments.execution.unit import Unit
from blemore_cli.model.fusion import FUSIONS
from blemore_cli.model.selection import chooses_number
from blemore_cli.training.loop.job import batch_sizes
from blemore_cli.training.spec import TrainingSpec

Item = TypeVar("Item")
Training = list[Unit]
"""Units that one training serves."""

Block = list[Training]
"""Trainings that are in one group, where they fit."""

PER_MODEL: Final[dict[str, Any]] = {
    "model": {"selection", "top_n"},
    "train": {"seed", "jobs"},
    "data": True,
    "extract": True,
    "runs": True,
    "cost": True,
    "decode": True,
    "adapt": {"shift"},
}
"""What stacked models may differ in."""


def stacks(units: Sequence[Unit], *, limit: int, slots: int) -> list[tuple[Unit, ...]]:
    """Divides units into groups whose models can be stacked.

    The groups depend on the plan and the slots of the run alone, not on what is done already, on the number of workers
    or on the machine, so that a resumed run repeats the arithmetic of an undisturbed one. What arms do with the same
    seed and rows is in one group, where it fits: it shares what is prepared for it, and arms that are the same do not
    differ in rounding. Units that one training serves count as one and are in one group.

    All trainings are laid in a row, which is cut into one piece for each slot and between trainings that cannot be
    stacked: so slots finish at nearly the same time, with few cuts.

    Source: McNaughton 1959, Scheduling with deadlines and loss functions, Management Science 6(1), for the cuts.

    Args:
        units: All units of a stage, done or not.
        limit: Most trainings in a group.
        slots: Processes that should be busy for equally long.

    Returns:
        The groups, largest first.
    """
    alike: dict[str, dict[Hashable, Training]] = defaultdict(lambda: defaultdict(list))
    for unit in units:
        alike[_task_key(unit.task)][unit.task.training_key].append(unit)
    total, start = sum(map(len, alike.values())), 0
    groups: list[tuple[Training, ...]] = []
    for trainings in alike.values():
        pieces: dict[int, list[Block]] = defaultdict(list)
        for block in _blocks(trainings.values()):
            pieces[(2 * start + len(block)) * slots // (2 * total)].append(block)
            start += len(block)
        groups += [group for piece in pieces.values() for group in _grouped(piece, limit)]
    return [tuple(chain.from_iterable(group)) for group in sorted(groups, key=len, reverse=True)]


def _blocks(trainings: Iterable[Training]) -> list[Block]:
    """Trainings with the same rows and seed, which only arms tell apart, in blocks; the blocks in order."""
    blocks: dict[tuple[str, int], Block] = defaultdict(list)
    for training in trainings:
        blocks[training[0].task.left_out, training[0].task.seed].append(training)
    return [blocks[key] for key in sorted(blocks)]


def _grouped(blocks: Sequence[Block], limit: int) -> list[tuple[Training, ...]]:
    """Joins whole blocks into the fewest groups of nearly equal numbers; splits blocks beyond the limit."""
    largest = max(map(len, blocks))
    if largest > limit:
        return [part for block in blocks for part in _parts(block, math.ceil(len(block) / limit))]
    n_blocks = limit // largest  # that fit into a group
    return [tuple(chain.from_iterable(part)) for part in _parts(blocks, math.ceil(len(blocks) / n_blocks))]


def _parts(items: Sequence[Item], n_parts: int) -> list[tuple[Item, ...]]:
    """Cuts a sequence into parts of nearly equal length."""
    return [tuple(items[i] for i in part) for part in np.array_split(np.arange(len(items)), n_parts)]


def stack_key(config: Config) -> str:
    """Configurations with the same key can be trained in one stack."""
    alike = config.model_dump(mode="json", exclude=PER_MODEL)
    n_kept = "all" if config.model.selection in KEEPS_ALL else config.model.top_n
    fuses_latents = config.model.fusion not in FUSES_DISTRIBUTIONS
    alike["fusion_key"] = FUSIONS[config.model.fusion].stack_key(n_kept) if fuses_latents else None
    alike["chooses_number"] = chooses_number(config.model.selection, config.model.top_n)
    return json.dumps(alike, sort_keys=True)


def _task_key(task: TrainingSpec) -> str:
    n_batches = len(batch_sizes(len(task.train), task.config.train.batch_size))
    return f"{stack_key(task.config)} {n_batches} {task.target_name}"
