"""From arms to units: which trainings there are, what each is called on disk, and which can be stacked."""

import json
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np

from blemore_cli.core.config import Config
from blemore_cli.core.types import Clips, Ints
from blemore_cli.core.workers import n_cores
from blemore_cli.data.splits import Split, fold_splits
from blemore_cli.experiments.run_dir import RunDir
from blemore_cli.experiments.unit import FoldUnit, InnerUnit, Records, Unit, load_watched
from blemore_cli.model.selection import KEEPS_ALL, chooses_number
from blemore_cli.training.checkpoint import Target, load_checkpoint
from blemore_cli.training.choice import choose, cross_fitted_usefulness
from blemore_cli.training.direct_fit import FITTED_DIRECTLY
from blemore_cli.training.inner import InnerPart, inner_parts
from blemore_cli.training.task import Task
from blemore_cli.training.trainee import batch_sizes

Item = TypeVar("Item")
NOTHING: Final[Ints] = np.empty(0, dtype=np.int64)
PER_MODEL: Final[dict[str, Any]] = {
    "model": {"selection", "top_n"},
    "train": {"seed", "jobs"},
    "data": True,
    "runs": True,
    "decode": True,
}
"""What stacked models may differ in."""

_MODEL_NAME: Final = re.compile(r"seed(?P<seed>\d+)-fold(?P<fold>\d+)(-test)?")


@dataclass(frozen=True)
class Arm:
    """One configuration, trained with several seeds.

    Attributes:
        name: Its name among other arms.
        config: The resolved configuration.
        run: Where its models and tables are kept.
        seeds: Seeds.
        folds: Folds to leave out.
        predicts_test: Whether the test clips are predicted too.
    """

    name: str
    config: Config
    run: RunDir
    seeds: tuple[int, ...]
    folds: tuple[int, ...]
    predicts_test: bool = True

    @property
    def trained_seeds(self) -> tuple[int, ...]:
        """The seeds that make a difference: a baseline in closed form draws nothing, so one stands for all."""
        return self.seeds[:1] if self.config.model.family in FITTED_DIRECTLY else self.seeds

    @property
    def targets(self) -> tuple[Target, ...]:
        """What the fold models predict: adapted ones are trained once for each, others serve both."""
        adapts = self.config.adapt.method != "none" and self.config.model.family not in FITTED_DIRECTLY
        return ("held_out", "test") if adapts and self.predicts_test else ("held_out",)


def inner_units(arm: Arm, clips: Clips) -> list[InnerUnit]:
    """The inner trainings of an arm, each once, in order."""
    if arm.config.model.family in FITTED_DIRECTLY:
        return []
    parts = {part.name: part for split in _splits(arm, clips) for part in _parts(arm, clips, split)}
    return [_inner_unit(arm, part, seed) for part in parts.values() for seed in arm.trained_seeds]


def needed(arm: Arm, clips: Clips) -> set[str]:
    """Names of the inner trainings, with their seed, that a fold model still waits for."""
    return {
        _inner_unit(arm, part, seed).path.name
        for split in _splits(arm, clips)
        for seed in arm.trained_seeds
        if not all(_path(arm, seed, split.fold, target).is_dir() for target in arm.targets)
        for part in _parts(arm, clips, split)
    }


def fold_units(arm: Arm, clips: Clips) -> list[FoldUnit]:
    """The fold models of an arm, after its inner trainings: each with the epochs and the decoder that they chose.

    Raises:
        ArtefactError: If the predictions of an inner training are damaged.
    """
    return [
        _fold_unit(arm, clips, split, seed, target)
        for split in _splits(arm, clips)
        for seed in arm.trained_seeds
        for target in arm.targets
    ]


def fold_paths(arm: Arm) -> list[Path]:
    """The folders of an arm's fold models, there or not."""
    return [
        _path(arm, seed, fold, target) for fold in arm.folds for seed in arm.trained_seeds for target in arm.targets
    ]


def with_those_there(arm: Arm) -> Arm:
    """The same arm with the seeds and folds that its run has models of already, so that they are counted in."""
    there = [match for path in arm.run.checkpoints.glob("*") if (match := _MODEL_NAME.fullmatch(path.name))]
    seeds, folds = ({int(match[key]) for match in there} for key in ("seed", "fold"))
    return replace(arm, seeds=tuple(sorted({*arm.seeds, *seeds})), folds=tuple(sorted({*arm.folds, *folds})))


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
        alike[_stack_key(unit.task)][unit.task.left_out, unit.task.seed].append(unit)
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
    if config.model.fusion == "concat":  # the width that the heads read is that of the encoders kept
        alike["n_kept"] = "all" if config.model.selection in KEEPS_ALL else config.model.top_n
    alike["chooses_number"] = chooses_number(config.model.selection, config.model.top_n)
    return json.dumps(alike, sort_keys=True)


def _stack_key(task: Task) -> str:
    n_batches = len(batch_sizes(len(task.train), task.config.train.batch_size))
    return f"{stack_key(task.config)} {n_batches} {task.target_name}"


def _splits(arm: Arm, clips: Clips) -> list[Split]:
    return [split for split in fold_splits(clips) if split.fold in arm.folds]


def _parts(arm: Arm, clips: Clips, split: Split) -> list[InnerPart]:
    return inner_parts(clips, split, arm.config.train.protocol)


def _inner_unit(arm: Arm, part: InnerPart, seed: int) -> InnerUnit:
    task = Task(arm.config, seed, part.name, part.train, part.predicted, "held_out", arm.config.train.max_epochs)
    return InnerUnit(arm.name, task, arm.run.inner / f"seed{seed}-{part.name}.safetensors")


def _path(arm: Arm, seed: int, fold: int, target: Target) -> Path:
    return arm.run.checkpoints / (f"seed{seed}-fold{fold}" + ("-test" if target == "test" else ""))


def _fold_unit(arm: Arm, clips: Clips, split: Split, seed: int, target: Target) -> FoldUnit:
    path, n_epochs, decoder, log, useful = _path(arm, seed, split.fold, target), 1, None, [], None
    if path.is_dir():
        n_epochs = load_checkpoint(path).n_epochs
    elif arm.config.model.family not in FITTED_DIRECTLY:
        parts = _parts(arm, clips, split)
        watched = [load_watched(_inner_unit(arm, part, seed)) for part in parts]
        chosen = choose(clips.label, parts, watched, arm.config)
        n_epochs, decoder = chosen.n_epochs, chosen.decoder
        useful = cross_fitted_usefulness(split.train, parts, watched, n_epochs)
        if target == "held_out":
            log = _records(seed, split.fold, parts, [said.loss for said in watched], chosen.held_out_loss)
    rows = NOTHING
    if arm.config.adapt.method != "none":
        rows = split.held_out if target == "held_out" else np.flatnonzero(clips.is_test)
    task = Task(arm.config, seed, str(split.fold), split.train, rows, target, n_epochs, useful)
    return FoldUnit(arm.name, task, path, split.fold, target, decoder, log)


def _records(
    seed: int, fold: int, parts: Sequence[InnerPart], losses: Sequence[Any], held_out: Sequence[Any]
) -> Records:
    return [
        {
            "seed": seed,
            "fold": fold,
            "stage": f"inner {part.name}",
            "epoch": epoch,
            "loss": float(loss),
            "held_out_loss": float(judged),
        }
        for part, own, other in zip(parts, losses, held_out, strict=True)
        for epoch, (loss, judged) in enumerate(zip(own, other, strict=True), 1)
    ]
