"""Models that were trained with failing encoders, in a run of their own beside the run under test."""

import hashlib
from pathlib import Path
from typing import Final

import numpy as np

from blemore_cli.core.config.file import with_changes
from blemore_cli.core.errors import ArtefactError
from blemore_cli.core.files import sha256_of, write_text
from blemore_cli.core.types import EncoderFeatures
from blemore_cli.data.index.feature_table import FeatureTable, load_table
from blemore_cli.data.index.file import Index, read_index, write_index
from blemore_cli.experiments.crossval import cross_validate
from blemore_cli.experiments.execution.scheduler import Progress
from blemore_cli.experiments.inference.fold_models import load_models, model_folders
from blemore_cli.experiments.runs.folder import ARMS, DONE, KIND, RunFolder
from blemore_cli.experiments.runs.metrics import read_metrics
from blemore_cli.experiments.runs.start import settle_config
from blemore_cli.experiments.stress.arms import StressedArm
from blemore_cli.experiments.stress.corrupted_table import Condition
from blemore_cli.experiments.stress.held_out import HeldOut, held_out

INDEX: Final = "index.h5"
"""The index with the failures, in the folder of the models that were trained on it."""

STRESS_KIND: Final = "stress"
MOST_CHARACTERS: Final = 60


def also_trained_run(root: Path, run: RunFolder) -> RunFolder:
    """The run of the models that are trained with failures, whose name says of which run they are.

    Raises:
        ArtefactError: If a run of another command has the name.
    """
    parts = run.path.resolve().relative_to(root.resolve()).parts
    of_failures = RunFolder(root / f"{'-'.join(part for part in parts if part != ARMS)}-{STRESS_KIND}")
    if of_failures.path.is_dir() and of_failures.kind != STRESS_KIND:
        raise ArtefactError(
            f"models that are trained with failures are kept in {of_failures.path}, which is a run of "
            f"`blemore {of_failures.kind}`",
            fix="Move that run.",
        )
    return of_failures


def train_with_failures(
    arm: StressedArm, table: FeatureTable, condition: Condition, run: RunFolder, index: Index, progress: Progress
) -> HeldOut:
    """Cross-validates an arm on features with failures, unless that was done, and predicts the clips left out.

    Args:
        arm: The arm, whose configuration, seeds and folds are kept.
        table: Raw features with the failures.
        condition: What made these.
        run: From `also_trained_run`.
        index: The index without failures.
        progress: As in `cross_validate`.

    Raises:
        BlemoreError: As `cross_validate`.
    """
    folder = RunFolder(run.path / ARMS / _name(arm, condition, index))
    path = folder.path / INDEX
    if not folder.is_finished:
        folder.path.mkdir(parents=True, exist_ok=True)
        write_text(run.path / KIND, f"{STRESS_KIND}\n")
        write_table(path, table, index)
        config, metrics = with_changes(arm.config, {"data.index": path}), read_metrics(arm.run)
        settle_config(folder, config)
        folds = [fold.fold for fold in metrics.folds]
        cross_validate(config, folder, seeds=metrics.seeds, folds=folds, progress=progress)
    of_failures = load_table(read_index(path), arm.encoders, arm.config.train.standardize)
    return held_out(load_models(model_folders(folder), of_failures), of_failures, arm.config)


def write_table(path: Path, table: FeatureTable, index: Index) -> None:
    """Writes the labelled clips of a feature table as an index; what else it says of the encoders is the index's."""
    rows = np.flatnonzero(~table.clips.is_test)
    encoders = (
        EncoderFeatures(
            name=name,
            features=matrix[rows],
            present=table.present[rows, column],
            modality=index.encoders[name].modality,
            source=index.encoders[name].source,
            aggregate=index.encoders[name].aggregate,
            sha256=index.encoders[name].sha256,
            columns=index.encoders[name].columns,
            settings=index.encoders[name].settings,
        )
        for column, (name, matrix) in enumerate(zip(table.names, table.features, strict=True))
    )
    write_index(path, table.clips.take(rows), encoders)


def _name(arm: StressedArm, condition: Condition, index: Index) -> str:
    """Name of the models' folder: another one where the arm was trained anew, or the features are others."""
    content = repr((sha256_of(arm.run.path / DONE), index.sha256, condition))
    digest = hashlib.sha256(content.encode()).hexdigest()[:8]
    return f"{arm.name[:MOST_CHARACTERS]}-{condition.kind}-{condition.share:g}-{digest}"
