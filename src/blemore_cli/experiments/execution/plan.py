"""Plan of the units of an arm: its inner trainings and fold models, and their names on disk."""

import hashlib
import re
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from blemore_cli.core.config.schema import Config
from blemore_cli.core.types import Clips, Floats, Ints
from blemore_cli.data.splits import Split, fold_splits
from blemore_cli.evaluation.domain_shift.shift_weights import ShiftWeights
from blemore_cli.evaluation.scoring.decoder import Decoder
from blemore_cli.experiments.execution.arm_shift_weights import ArmShiftWeights
from blemore_cli.experiments.execution.unit import FoldUnit, InnerUnit, load_epoch_predictions
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.experiments.runs.tables import Records
from blemore_cli.training.baselines.direct import FITTED_DIRECTLY
from blemore_cli.training.checkpoint import Target, load_checkpoint
from blemore_cli.training.choice import Choice, choose, cross_fitted_evidence, cross_fitted_posterior
from blemore_cli.training.evidence.pool_fit import CrossFittedEvidence
from blemore_cli.training.group import EpochPredictions
from blemore_cli.training.inner import InnerPart, inner_parts
from blemore_cli.training.spec import TrainingSpec

InnerPredictions = tuple[list[InnerPart], list[EpochPredictions]]
"""The inner trainings that a fold model is chosen by, and the predictions of each."""

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
        shift_weights: Weights of its encoders by their shift.
    """

    name: str
    config: Config
    run: RunFolder
    seeds: tuple[int, ...]
    folds: tuple[int, ...]
    predicts_test: bool = True
    shift_weights: ArmShiftWeights = field(default_factory=ArmShiftWeights)

    @property
    def trained_seeds(self) -> tuple[int, ...]:
        """The seeds that make a difference: a baseline in closed form draws nothing, so one stands for all."""
        return self.seeds[:1] if self.config.model.family in FITTED_DIRECTLY else self.seeds

    def targets(self, fold: int) -> tuple[Target, ...]:
        """Targets of the models that leave a fold out: one serves both unless it adapts, or its weights differ."""
        adapts = self.config.adapt.method != "none" and self.config.model.family not in FITTED_DIRECTLY
        differs = self.shift_weights.towards("held_out", fold) != self.shift_weights.towards("test", fold)
        return ("held_out", "test") if self.predicts_test and (adapts or differs) else ("held_out",)


@dataclass(frozen=True)
class _FoldModel:
    """One fold model of an arm, trained or not."""

    arm: Arm
    split: Split
    seed: int
    target: Target

    @property
    def path(self) -> Path:
        return _path(self.arm, self.seed, self.split.fold, self.target)

    @property
    def shift_weights(self) -> ShiftWeights:
        return self.arm.shift_weights.towards(self.target, self.split.fold)

    def parts(self, clips: Clips) -> list[InnerPart]:
        """The inner trainings that it is chosen by."""
        return inner_parts(clips, self.split, self.arm.config.train.protocol)


def inner_units(arm: Arm, clips: Clips) -> list[InnerUnit]:
    """The inner trainings of an arm, once each, in order."""
    if arm.config.model.family in FITTED_DIRECTLY:
        return []
    of_one_seed = _fold_models(arm, clips, seeds=arm.trained_seeds[:1])
    parts = {(part.name, model.shift_weights): part for model in of_one_seed for part in model.parts(clips)}
    return [_inner_unit(arm, part, seed, weights) for (_, weights), part in parts.items() for seed in arm.trained_seeds]


def needed(arm: Arm, clips: Clips) -> set[str]:
    """Names of the inner trainings, with their seed, that a fold model still waits for."""
    return {
        _inner_unit(arm, part, model.seed, model.shift_weights).path.name
        for model in _fold_models(arm, clips, arm.trained_seeds)
        if not model.path.is_dir()
        for part in model.parts(clips)
    }


def fold_units(arms: Sequence[Arm], clips: Clips) -> list[FoldUnit]:
    """The fold models of arms that can be stacked, after their inner trainings: each with what these chose.

    Raises:
        ArtefactError: If the predictions of an inner training are damaged.
    """
    known: dict[Hashable, _Chosen] = {}
    return [_fold_unit(model, clips, known) for arm in arms for model in _fold_models(arm, clips, arm.trained_seeds)]


def inner_predictions(arm: Arm, clips: Clips) -> Iterator[tuple[int, InnerPredictions]]:
    """What each fold model for its fold is chosen by, after the inner trainings, with the fold; seed after seed.

    Raises:
        ArtefactError: If the predictions of an inner training are damaged.
    """
    for model in _fold_models(arm, clips, arm.trained_seeds):
        if model.target == "held_out":
            yield model.split.fold, _inner_predictions(model, clips)


def fold_paths(arm: Arm) -> list[Path]:
    """The folders of an arm's fold models, there or not."""
    return [
        _path(arm, seed, fold, target)
        for fold in arm.folds
        for seed in arm.trained_seeds
        for target in arm.targets(fold)
    ]


def is_trained(arms: Sequence[Arm]) -> bool:
    """Whether the fold models of some arms are on disk, as far as is known before shift weights are measured."""
    return all(path.is_dir() for arm in arms for path in fold_paths(arm))


def with_trained_models(arm: Arm) -> Arm:
    """The same arm with the seeds and folds that its run has models of already, so that they are counted in."""
    trained = [match for path in arm.run.checkpoints.glob("*") if (match := _MODEL_NAME.fullmatch(path.name))]
    seeds, folds = ({int(match[key]) for match in trained} for key in ("seed", "fold"))
    return replace(arm, seeds=tuple(sorted({*arm.seeds, *seeds})), folds=tuple(sorted({*arm.folds, *folds})))


def _fold_models(arm: Arm, clips: Clips, seeds: Sequence[int]) -> list[_FoldModel]:
    return [
        _FoldModel(arm, split, seed, target)
        for split in fold_splits(clips)
        if split.fold in arm.folds
        for seed in seeds
        for target in arm.targets(split.fold)
    ]


def _path(arm: Arm, seed: int, fold: int, target: Target) -> Path:
    return arm.run.checkpoints / (f"seed{seed}-fold{fold}" + ("-test" if target == "test" else ""))


def _inner_unit(arm: Arm, part: InnerPart, seed: int, weights: ShiftWeights) -> InnerUnit:
    task = TrainingSpec(
        config=arm.config,
        seed=seed,
        left_out=part.name,
        train=part.train,
        target=part.predicted,
        target_name="held_out",
        n_epochs=arm.config.train.max_epochs,
        shift_weights=weights,
    )
    suffix = f"-trust{hashlib.sha256(repr(weights).encode()).hexdigest()[:8]}" if weights else ""
    return InnerUnit(arm.name, task, arm.run.inner / f"seed{seed}-{part.name}{suffix}.safetensors")


class _Chosen(NamedTuple):
    """What inner trainings choose for a fold model."""

    choice: Choice
    losses: list[Floats]
    posterior: Floats | None
    evidence: CrossFittedEvidence | None


def _fold_unit(model: _FoldModel, clips: Clips, known: dict[Hashable, _Chosen]) -> FoldUnit:
    """The training of a fold model; one that is on disk keeps its epochs, for it may be trained again in its stack."""
    if model.path.is_dir():
        return _as_unit(model, clips, n_epochs=load_checkpoint(model.path).n_epochs)
    if model.arm.config.model.family in FITTED_DIRECTLY:
        return _as_unit(model, clips, n_epochs=1)
    parts, config = model.parts(clips), model.arm.config
    trainings = [_inner_unit(model.arm, part, model.seed, model.shift_weights).task.training_key for part in parts]
    key = (*trainings, config.train.choose_by, config.decode.method)
    if key not in known:
        known[key] = _chosen(model, clips)
    choice, losses, posterior, evidence = known[key]
    log = _inner_records(model, parts, losses, choice.held_out_loss)
    n_epochs, decoder = choice.n_epochs, choice.decoder
    return _as_unit(model, clips, n_epochs=n_epochs, decoder=decoder, posterior=posterior, evidence=evidence, log=log)


def _chosen(model: _FoldModel, clips: Clips) -> _Chosen:
    parts, inner = _inner_predictions(model, clips)
    choice = choose(clips.label, parts, inner, model.arm.config)
    posterior = cross_fitted_posterior(model.split.train, parts, inner, choice.n_epochs)
    losses = [predictions.loss for predictions in inner]
    return _Chosen(choice, losses, posterior, cross_fitted_evidence(parts, inner))


def _inner_predictions(model: _FoldModel, clips: Clips) -> InnerPredictions:
    parts = model.parts(clips)
    units = [_inner_unit(model.arm, part, model.seed, model.shift_weights) for part in parts]
    return parts, [load_epoch_predictions(unit) for unit in units]


def _as_unit(
    model: _FoldModel,
    clips: Clips,
    *,
    n_epochs: int,
    decoder: Decoder | None = None,
    posterior: Floats | None = None,
    evidence: CrossFittedEvidence | None = None,
    log: Records | None = None,
) -> FoldUnit:
    arm, split = model.arm, model.split
    target: Ints = np.empty(0, dtype=np.int64)
    if arm.config.adapt.method != "none":
        target = split.held_out if model.target == "held_out" else np.flatnonzero(clips.is_test)
    task = TrainingSpec(
        config=arm.config,
        seed=model.seed,
        left_out=str(split.fold),
        train=split.train,
        target=target,
        target_name=model.target,
        n_epochs=n_epochs,
        shift_weights=model.shift_weights,
        posterior=posterior,
        evidence=evidence,
    )
    return FoldUnit(arm.name, task, model.path, decoder, log or [])


def _inner_records(
    model: _FoldModel, parts: Sequence[InnerPart], losses: Sequence[Floats], held_out: Sequence[Floats]
) -> Records:
    """The log of the inner trainings; where they serve both targets, the model for the held-out fold has it."""
    of_held_out = model.arm.shift_weights.towards("held_out", model.split.fold)
    if model.target == "test" and model.shift_weights == of_held_out:
        return []
    stage = "inner" if model.target == "held_out" else f"inner {model.target}"
    keys = {"seed": model.seed, "fold": model.split.fold}
    return [
        {**keys, "stage": f"{stage} {part.name}", "epoch": epoch, "loss": float(loss), "held_out_loss": float(judged)}
        for part, part_loss, part_held_out in zip(parts, losses, held_out, strict=True)
        for epoch, (loss, judged) in enumerate(zip(part_loss, part_held_out, strict=True), 1)
    ]
