"""Predictions of the fold models of a run: out of fold, and on the test clips, whose fold models are averaged."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from pydantic import TypeAdapter, ValidationError

from blemore_cli.core.errors import ArtefactError, DataError, UsageError, listed
from blemore_cli.core.labels import N_LABELS
from blemore_cli.core.types import Clips, Floats, Ints, Predictions, Strings, concatenated
from blemore_cli.data.index.feature_table import FeatureTable, load_table
from blemore_cli.data.index.file import read_index
from blemore_cli.data.index.group_standardisation import check_persons
from blemore_cli.evaluation.domain_shift.prior_matching import match_prior_within
from blemore_cli.evaluation.scoring.decoder import Decoder
from blemore_cli.experiments.runs.folder import ARMS, RunFolder
from blemore_cli.training.checkpoint import Checkpoint, check_fits, load_checkpoint, predict_rows
from blemore_cli.training.device import limit_threads

"""Runs whose models are those of several arms."""


def model_folders(run: RunFolder) -> list[Path]:
    """The folders of all fold models of a run.

    Raises:
        UsageError: If the run compares arms, which have models of their own.
        ArtefactError: If there is none.
    """
    if run.has_arms:
        arms = sorted(path.name for path in (run.path / ARMS).iterdir() if RunFolder(path).is_finished)
        raise UsageError(
            f"models are of one arm, and {run.name} compares {listed(arms)}",
            fix=f"Name one: --run {run.name}/{ARMS}/{arms[0] if arms else 'ARM'}.",
        )
    folders = sorted(path for path in run.checkpoints.glob("*") if path.is_dir() and not path.name.startswith("."))
    if not folders:
        raise ArtefactError(f"the run {run.name} needs models in {run.checkpoints}, which has none", fix="Train again.")
    return folders


def load_models(folders: Sequence[Path], table: FeatureTable) -> list[Checkpoint]:
    """Reads fold models, ordered by seed and fold, refusing those that do not fit the table.

    Raises:
        ArtefactError: If a checkpoint is missing, damaged, or does not fit.
    """
    models = [load_checkpoint(folder) for folder in folders]
    for model in models:
        check_fits(model, table)
    return sorted(models, key=lambda model: (model.seed, model.fold))


def held_out_predictions(models: Sequence[Checkpoint], table: FeatureTable) -> tuple[Predictions, Floats]:
    """What each model says of the fold that it left out, with the fusion weights (N, E)."""
    judges = [model for model in models if model.target == "held_out"]
    return _all([_predict(model, table, _rows_of(table, model.fold)) for model in judges])


def test_predictions(models: Sequence[Checkpoint], table: FeatureTable) -> tuple[Predictions, Floats]:
    """What every model says of every test clip, with the fusion weights (models x N_test, E).

    Of the models of one seed that leave one fold out, it is the one made for the test clips, where there is one.
    """
    rows = np.flatnonzero(table.clips.is_test)
    return _all([_predict(model, table, rows) for model in judges_of_test(models)])


def judges_of_test(models: Sequence[Checkpoint]) -> list[Checkpoint]:
    """The models that predict the test clips, one for each seed and fold, in this order."""
    judges = {(model.seed, model.fold): model for model in sorted(models, key=lambda model: model.target == "test")}
    return [judges[key] for key in sorted(judges)]


def _rows_of(table: FeatureTable, fold: int) -> Ints:
    return np.flatnonzero(~table.clips.is_test & (table.clips.fold == fold))


def _all(parts: list[tuple[Predictions, Floats]]) -> tuple[Predictions, Floats]:
    return concatenated([part for part, _ in parts]), np.concatenate([weights for _, weights in parts])


def _predict(model: Checkpoint, table: FeatureTable, rows: Ints) -> tuple[Predictions, Floats]:
    said = predict_rows(model, table, rows)
    if not np.isfinite(said.prob).all():
        raise DataError(
            f"probabilities must be finite, and those of the model of seed {model.seed} without fold {model.fold} "
            "are not: its training diverged",
            fix="Lower train.learning_rate, and train again.",
        )
    prob = _matched(model, table.clips, rows, said.prob)
    keys = (np.full(len(rows), model.fold), np.full(len(rows), model.seed))
    return Predictions(table.clips.filename[rows], *keys, prob, model.decoder.labels(prob)), said.weights


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


def averaged(predictions: Predictions) -> tuple[list[str], Floats]:
    """Averages the models' probabilities of each clip.

    Returns:
        The clips in order of first appearance, and (N, 36) probabilities.
    """
    filenames = list(dict.fromkeys(map(str, predictions.filename)))
    row = {name: i for i, name in enumerate(filenames)}
    index = np.array([row[str(name)] for name in predictions.filename])
    total = np.zeros((len(filenames), predictions.prob.shape[1]))
    np.add.at(total, index, predictions.prob)
    return filenames, total / np.bincount(index)[:, None]


def submission_labels(run: RunFolder, index: Path) -> dict[str, int]:
    """Predicts the test clips with every fold model of a run, averages, and decodes.

    Args:
        run: A finished run.
        index: The index that it was trained on, wherever it is now.

    Returns:
        Label of each test clip, in the order of the index.

    Raises:
        UsageError: If it is a run of arms.
        ArtefactError: If the index or a checkpoint is missing, damaged, or does not fit; or if there is no test clip.
    """
    models, table = submittable(run, index)
    filenames, prob = averaged(test_predictions(models, table)[0])
    return labels_by_name(filenames, _decoder(run).labels(prob))


def submittable(run: RunFolder, index: Path) -> tuple[list[Checkpoint], FeatureTable]:
    """Reads the fold models of a finished run and the features that they need.

    Raises:
        UsageError: If it is a run of arms, which do not predict the test clips.
        ArtefactError: If the index or a checkpoint is missing, damaged, or does not fit; or if there is no test clip.
        DataError: If features are standardised within persons, and a clip has no person.
    """
    if run.has_arms:
        raise UsageError(
            f"a submission is of runs of `blemore train` or `blemore cv`, and {run.name} is one of "
            f"`blemore {run.kind}`, whose arms do not predict the test clips",
            fix="Train the arm that you want with `blemore train`.",
        )
    config = run.config()
    limit_threads(config.train.threads)
    table = load_table(read_index(index), config.model.encoders, config.train.standardize)
    if not table.clips.is_test.any():
        raise ArtefactError(
            f"a submission needs test clips, and {index} has none",
            fix="Index again with --test-metadata, and train again.",
        )
    return load_models(model_folders(run), table), table


def labels_by_name(filenames: Sequence[str], label: Ints) -> dict[str, int]:
    """The label of each clip as a plain number, by its name."""
    return {name: int(each) for name, each in zip(filenames, label, strict=True)}


def _decoder(run: RunFolder) -> Decoder:
    try:
        return TypeAdapter(Decoder).validate_python(run.metrics().get("decoder"), strict=False)
    except ValidationError as error:
        raise ArtefactError(
            f"{run.path / 'metrics.json'} must hold the run's decoder: {error.errors()[0]['msg']}",
            fix="Restore it, or train again.",
        ) from error
