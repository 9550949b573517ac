"""From arms to units: which trainings there are, and what each is called on disk."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from blemore_cli.core.config.schema import Config
from blemore_cli.core.types import Clips, Floats, Ints
from blemore_cli.data.splits import Split, fold_splits
from blemore_cli.evaluation.domain_shift.shift_weights import ShiftWeights
from blemore_cli.evaluation.scoring.decoder import Decoder
from blemore_cli.experiments.execution.arm_shift_weights import ArmShiftWeights
from blemore_cli.experiments.execution.unit import FoldUnit, InnerUnit, Records, load_epoch_predictions
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.training.baselines.direct import FITTED_DIRECTLY
from blemore_cli.training.checkpoint import Target, load_checkpoint
from blemore_cli.training.choice import choose, cross_fitted_posterior
from blemore_cli.training.inner import InnerPart, inner_parts
from blemore_cli.training.spec import TrainingSpec

NOTHING: Final[Ints] = np.empty(0, dtype=np.int64)
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
        trust: How far it trusts its encoders.
    """

    name: str
    config: Config
    run: RunFolder
    seeds: tuple[int, ...]
    folds: tuple[int, ...]
    predicts_test: bool = True
    trust: ArmShiftWeights = field(default_factory=ArmShiftWeights)

    @property
    def trained_seeds(self) -> tuple[int, ...]:
        """The seeds that make a difference: a baseline in closed form draws nothing, so one stands for all."""
        return self.seeds[:1] if self.config.model.family in FITTED_DIRECTLY else self.seeds

    def targets(self, fold: int) -> tuple[Target, ...]:
        """What models that leave a fold out are made for: one serves both unless it adapts, or its trust differs."""
        adapts = self.config.adapt.method != "none" and self.config.model.family not in FITTED_DIRECTLY
        differs = self.trust.towards("held_out", fold) != self.trust.towards("test", fold)
        return ("held_out", "test") if self.predicts_test and (adapts or differs) else ("held_out",)


def inner_units(arm: Arm, clips: Clips) -> list[InnerUnit]:
    """The inner trainings of an arm, each once, in order."""
    if arm.config.model.family in FITTED_DIRECTLY:
        return []
    parts = {
        (part.name, trust): part
        for split in _splits(arm, clips)
        for trust in (arm.trust.towards(target, split.fold) for target in arm.targets(split.fold))
        for part in _parts(arm, clips, split)
    }
    return [_inner_unit(arm, part, seed, trust) for (_, trust), part in parts.items() for seed in arm.trained_seeds]


def needed(arm: Arm, clips: Clips) -> set[str]:
    """Names of the inner trainings, with their seed, that a fold model still waits for."""
    return {
        _inner_unit(arm, part, seed, arm.trust.towards(target, split.fold)).path.name
        for split in _splits(arm, clips)
        for seed in arm.trained_seeds
        for target in arm.targets(split.fold)
        if not _path(arm, seed, split.fold, target).is_dir()
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
        for target in arm.targets(split.fold)
    ]


def fold_paths(arm: Arm) -> list[Path]:
    """The folders of an arm's fold models, there or not."""
    return [
        _path(arm, seed, fold, target)
        for fold in arm.folds
        for seed in arm.trained_seeds
        for target in arm.targets(fold)
    ]


def with_those_there(arm: Arm) -> Arm:
    """The same arm with the seeds and folds that its run has models of already, so that they are counted in."""
    there = [match for path in arm.run.checkpoints.glob("*") if (match := _MODEL_NAME.fullmatch(path.name))]
    seeds, folds = ({int(match[key]) for match in there} for key in ("seed", "fold"))
    return replace(arm, seeds=tuple(sorted({*arm.seeds, *seeds})), folds=tuple(sorted({*arm.folds, *folds})))


def _splits(arm: Arm, clips: Clips) -> list[Split]:
    return [split for split in fold_splits(clips) if split.fold in arm.folds]


def _parts(arm: Arm, clips: Clips, split: Split) -> list[InnerPart]:
    return inner_parts(clips, split, arm.config.train.protocol)


def _inner_unit(arm: Arm, part: InnerPart, seed: int, trust: ShiftWeights) -> InnerUnit:
    task = TrainingSpec(
        config=arm.config,
        seed=seed,
        left_out=part.name,
        train=part.train,
        target=part.predicted,
        target_name="held_out",
        n_epochs=arm.config.train.max_epochs,
        shift_weights=trust,
    )
    return InnerUnit(arm.name, task, arm.run.inner / f"seed{seed}-{part.name}{_trust_suffix(trust)}.safetensors")


def _trust_suffix(trust: ShiftWeights) -> str:
    """What tells trainings apart that differ in their trust alone; nothing where every encoder is trusted."""
    return f"-trust{hashlib.sha256(repr(trust).encode()).hexdigest()[:8]}" if trust else ""


def _path(arm: Arm, seed: int, fold: int, target: Target) -> Path:
    return arm.run.checkpoints / (f"seed{seed}-fold{fold}" + ("-test" if target == "test" else ""))


@dataclass(frozen=True)
class _Chosen:
    """What is known of a fold model before it is trained; the defaults are those of a fit in closed form."""

    n_epochs: int = 1
    decoder: Decoder | None = None
    posterior: Floats | None = None
    log: Records = field(default_factory=list)


def _fold_unit(arm: Arm, clips: Clips, split: Split, seed: int, target: Target) -> FoldUnit:
    path, trust = _path(arm, seed, split.fold, target), arm.trust.towards(target, split.fold)
    if path.is_dir():
        chosen = _Chosen(load_checkpoint(path).n_epochs)
    elif arm.config.model.family in FITTED_DIRECTLY:
        chosen = _Chosen()
    else:
        chosen = _by_inner_trainings(arm, clips, split, seed, target)
    rows = NOTHING
    if arm.config.adapt.method != "none":
        rows = split.held_out if target == "held_out" else np.flatnonzero(clips.is_test)
    task = TrainingSpec(
        config=arm.config,
        seed=seed,
        left_out=str(split.fold),
        train=split.train,
        target=rows,
        target_name=target,
        n_epochs=chosen.n_epochs,
        shift_weights=trust,
        posterior=chosen.posterior,
    )
    return FoldUnit(arm.name, task, path, split.fold, target, chosen.decoder, chosen.log)


def _by_inner_trainings(arm: Arm, clips: Clips, split: Split, seed: int, target: Target) -> _Chosen:
    """What the inner trainings choose; where they serve both targets, the model for the held-out fold has their log."""
    parts, trust = _parts(arm, clips, split), arm.trust.towards(target, split.fold)
    watched = [load_epoch_predictions(_inner_unit(arm, part, seed, trust)) for part in parts]
    found = choose(clips.label, parts, watched, arm.config)
    posterior = cross_fitted_posterior(split.train, parts, watched, found.n_epochs)
    if target == "test" and trust == arm.trust.towards("held_out", split.fold):
        return _Chosen(found.n_epochs, found.decoder, posterior)
    stage = "inner" if target == "held_out" else f"inner {target}"
    keys = {"seed": seed, "fold": split.fold}
    log = _records(keys, stage, parts, [said.loss for said in watched], found.held_out_loss)
    return _Chosen(found.n_epochs, found.decoder, posterior, log)


def _records(
    keys: dict[str, int], stage: str, parts: Sequence[InnerPart], losses: Sequence[Any], held_out: Sequence[Any]
) -> Records:
    return [
        {
            **keys,
            "stage": f"{stage} {part.name}",
            "epoch": epoch,
            "loss": float(loss),
            "held_out_loss": float(judged),
        }
        for part, own, other in zip(parts, losses, held_out, strict=True)
        for epoch, (loss, judged) in enumerate(zip(own, other, strict=True), 1)
    ]
