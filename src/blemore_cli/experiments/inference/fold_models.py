"""Predictions of the fold models of a run: out of fold, and on the test clips, whose fold models are averaged."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from blemore_cli.core.errors import ArtefactError, DataError, UsageError, listed
from blemore_cli.core.labels import N_LABELS
from blemore_cli.core.types import Clips, Floats, Ints, Predictions, Strings, concatenated
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.data.index.group_standardisation import check_persons
from blemore_cli.evaluation.domain_shift.prior_matching import match_prior_within
from blemore_cli.experiments.runs.folder import ARMS, RunFolder
from blemore_cli.training.checkpoint import Checkpoint, check_fits, load_checkpoint, predict_rows
from blemore_cli.training.predict import joined_parts


def model_folders(run: RunFolder) -> list[Path]:
    """The folders of all fold models of a run.

    Raises:
        UsageError: If the run compares arms, which have models of their own.
        ArtefactError: If there is none, or one is not what the run was finished with.
    """
    if run.has_arms:
        arms = sorted(path.name for path in (run.path / ARMS).iterdir() if RunFolder(path).is_finished)
        raise UsageError(
            f"models are of one arm, and {run.name} compares {listed(arms)}",
            fix=f"Name one: --run {run.name}/{ARMS}/{arms[0] if arms else 'ARM'}.",
        )
    if run.checkpoints.is_dir() and not os.access(run.checkpoints, os.R_OK | os.X_OK):
        raise ArtefactError(
            f"{run.checkpoints} must be readable, and its permissions do not allow it", fix="Change them."
        )
    folders = sorted(path for path in run.checkpoints.glob("*") if path.is_dir() and not path.name.startswith("."))
    if not folders:
        raise ArtefactError(f"the run {run.name} needs models in {run.checkpoints}, which has none", fix="Train again.")
    for folder in folders:
        run.check_model(folder)
    _check_whole(run, {folder.name for folder in folders})
    return folders


def _check_whole(run: RunFolder, names: set[str]) -> None:
    """Refuses a finished run that has lost a model; one for the test clips stands in for that of the same fold."""
    lost = [name for name in run.noted_models() if name not in names and f"{name}-test" not in names]
    if lost:
        raise ArtefactError(
            f"{run.checkpoints} must have the models that the run was finished with, and {listed(lost)} is missing",
            fix="Restore it, or train it again with --resume.",
        )


def load_models(folders: Sequence[Path], table: FeatureTable) -> list[Checkpoint]:
    """Reads fold models, ordered by seed and fold, refusing those that do not fit the table.

    Raises:
        ArtefactError: If a checkpoint is missing, damaged, or does not fit.
    """
    models = [load_checkpoint(folder) for folder in folders]
    for model in models:
        check_fits(model, table)
    return sorted(models, key=lambda model: (model.seed, model.fold))


class GatedPredictions(NamedTuple):
    """Predictions of fold models, with what they made of the encoders.

    Attributes:
        predictions: N predictions, each of a clip by a model.
        weights: (N, E) fusion weights, 0 where an encoder was not selected.
        soundness: (N, E) posterior soundness, 0 where absent; None unless every model fuses evidence.
    """

    predictions: Predictions
    weights: Floats
    soundness: Floats | None = None


def predict_held_out(models: Sequence[Checkpoint], table: FeatureTable) -> GatedPredictions:
    """Predictions of each model for the fold that it left out."""
    fold = np.where(table.clips.is_test, -1, table.clips.fold)
    of_folds = [model for model in models if model.target == "held_out"]
    return _all([_predict(model, table, np.flatnonzero(fold == model.fold)) for model in of_folds])


def predict_test_clips(models: Sequence[Checkpoint], table: FeatureTable) -> GatedPredictions:
    """Predictions of every model for every test clip: N is the number of models times that of test clips.

    Of the models of one seed that leave one fold out, it is the one made for the test clips, where there is one.
    """
    rows = np.flatnonzero(table.clips.is_test)
    return _all([_predict(model, table, rows) for model in models_of_test_clips(models)])


def models_of_test_clips(models: Sequence[Checkpoint]) -> list[Checkpoint]:
    """The models that predict the test clips, one for each seed and fold, in this order."""
    chosen = {(model.seed, model.fold): model for model in sorted(models, key=lambda model: model.target == "test")}
    return [chosen[key] for key in sorted(chosen)]


def _all(parts: list[GatedPredictions]) -> GatedPredictions:
    predictions, weights, soundness = zip(*parts, strict=True)
    return GatedPredictions(concatenated(predictions), np.concatenate(weights), joined_parts(soundness))


def _predict(model: Checkpoint, table: FeatureTable, rows: Ints) -> GatedPredictions:
    predictions = predict_rows(model, table, rows)
    if not np.isfinite(predictions.prob).all():
        raise DataError(
            f"probabilities must be finite, and those of the model of seed {model.seed} without fold {model.fold} "
            "are not: its training diverged",
            fix="Lower train.learning_rate, and train again.",
        )
    prob = _matched(model, table.clips, rows, predictions.prob)
    keys = (np.full(len(rows), model.fold), np.full(len(rows), model.seed))
    labelled = Predictions(table.clips.filename[rows], *keys, prob, model.decoder.labels(prob))
    return GatedPredictions(labelled, predictions.weights, predictions.soundness)


def _matched(model: Checkpoint, clips: Clips, rows: Ints, prob: Floats) -> Floats:
    """The probabilities with the label shares of the training clips outside the fold that the model left out."""
    if model.match_prior == "none":
        return prob
    group: Ints | Strings = clips.fold[rows]
    if model.match_prior == "person":
        check_persons(clips.take(rows), "decode.match_prior=person")
        group = clips.actor[rows]
    count = np.bincount(clips.label[~clips.is_test & (clips.fold != model.fold)], minlength=N_LABELS)
    return match_prior_within(prob, group, count / count.sum())


def predicted_clips(predictions: Predictions, table: FeatureTable) -> Clips:
    """The clips that any model predicts, in the order of the table."""
    return table.clips.take(np.isin(table.clips.filename, predictions.filename))


def positions(predictions: Predictions, clips: Clips) -> Ints:
    """Position among the clips of each prediction's clip."""
    position = {str(name): i for i, name in enumerate(clips.filename)}
    return np.array([position[str(name)] for name in predictions.filename], dtype=np.int64)


def mean_prob(predictions: Predictions, clips: Clips) -> Floats:
    """(N, 36) probabilities of N clips, mean over the models that predict a clip, one at least."""
    rows = positions(predictions, clips)
    total = np.zeros((len(clips), predictions.prob.shape[1]))
    np.add.at(total, rows, predictions.prob)
    return total / np.bincount(rows)[:, None]
