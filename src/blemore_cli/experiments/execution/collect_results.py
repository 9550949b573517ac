"""From the checkpoints of a run to its tables and metrics."""

import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch

from blemore_cli import __version__
from blemore_cli.core.config.schema import Config
from blemore_cli.core.files import write_text
from blemore_cli.core.labels import IS_BLEND, LABEL_CODES, N_LABELS
from blemore_cli.core.rng import numpy_generator
from blemore_cli.core.types import Clips, Floats, Ints, Predictions
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.evaluation.scoring.correct_counts import actor_index, correct_counts
from blemore_cli.evaluation.scoring.decoder import fit_decoder
from blemore_cli.evaluation.scoring.metrics import official_scores
from blemore_cli.evaluation.scoring.score_summary import per_actor_table, seed_label_table, seed_summary
from blemore_cli.evaluation.scoring.seed_ensemble import averaged_labels
from blemore_cli.evaluation.statistics.actor_bootstrap import score_intervals
from blemore_cli.experiments.execution.plan import Arm, fold_paths
from blemore_cli.experiments.execution.unit import LOG
from blemore_cli.experiments.execution.worker import shared_table
from blemore_cli.experiments.inference.fold_models import averaged, held_out_predictions, load_models, test_predictions
from blemore_cli.experiments.inference.transduction import transduction
from blemore_cli.experiments.runs.tables import write_predictions, write_weights
from blemore_cli.training.checkpoint import Checkpoint
from blemore_cli.training.device import limit_threads


@dataclass(frozen=True)
class ArmPredictions:
    """What an arm predicted out of fold.

    Attributes:
        arm: Its name.
        metrics: The content of `metrics.json`.
        clips: The N clips of the folds left out.
        predicted: (S, N) decoded labels of each seed.
    """

    arm: str
    metrics: dict[str, Any]
    clips: Clips
    predicted: Ints


def collect_results(arm: Arm) -> ArmPredictions:
    """Predicts with the fold models of an arm, writes the tables of its run, and scores the out-of-fold predictions.

    Raises:
        ArtefactError: If a checkpoint is missing or damaged.
    """
    config, run = arm.config, arm.run
    limit_threads(config.train.threads)
    table = shared_table(config)
    folders = sorted(fold_paths(arm))
    models = load_models(folders, table)
    oof, kept = held_out_predictions(models, table)
    write_predictions(run.path / "oof.csv", oof)
    write_weights(run.path / "gate_oof.csv", oof, kept, table.names)
    if arm.predicts_test or not table.clips.is_test.any():  # without test clips the tables are there, and empty
        test, weights = test_predictions(models, table)
        write_predictions(run.path / "test.csv", test)
        write_weights(run.path / "gate_test.csv", test, weights, table.names)
    logs = [folder / LOG for folder in folders if (folder / LOG).is_file()]
    write_text(run.path / LOG, "".join(log.read_text(encoding="utf-8") for log in logs))
    clips, predicted = _by_seed(table, oof, arm)
    metrics = _metrics(arm, table, oof, clips, predicted, models) | {"n_kept": float((kept > 0).sum(axis=1).mean())}
    run.finish(metrics)
    return ArmPredictions(arm.name, metrics, clips, predicted)


def _by_seed(table: FeatureTable, oof: Predictions, arm: Arm) -> tuple[Clips, Ints]:
    """The clips left out in any fold, in the order of the table, and (S, N) labels predicted for them."""
    row = {str(name): i for i, name in enumerate(table.clips.filename)}
    rows = np.array([row[str(name)] for name in oof.filename])
    left_out = np.unique(rows)
    predicted = np.empty((len(arm.trained_seeds), len(left_out)), dtype=np.int64)
    for position, seed in enumerate(arm.trained_seeds):
        own = oof.seed == seed
        predicted[position, np.searchsorted(left_out, rows[own])] = oof.label[own]
    return table.clips.take(left_out), np.resize(predicted, (len(arm.seeds), len(left_out)))


def _metrics(
    arm: Arm, table: FeatureTable, oof: Predictions, clips: Clips, predicted: Ints, models: Sequence[Checkpoint]
) -> dict[str, Any]:
    summary = seed_summary(clips, predicted)
    epochs = {fold: [m.n_epochs for m in models if m.fold == fold and m.target == "held_out"] for fold in arm.folds}
    return {
        "run": arm.run.name,
        "protocol": arm.config.train.protocol,
        **transduction([arm.config]),
        **_shift(arm, table),
        "oof": {
            **asdict(summary.mean),
            "std": summary.std and summary.std.score,
            "ci95": list(_interval(clips, predicted)),
        },
        **_averaged(arm, oof, clips, models),
        "folds": [{**asdict(fold), "n_epochs": epochs[fold.fold]} for fold in summary.folds],
        "seeds": list(arm.seeds),
        "n_clips": len(clips),
        "n_actors": len(np.unique(clips.actor)),
        "split": split_description(clips),
        "labels": [asdict(label) for label in seed_label_table(clips, predicted)],
        "actors": [asdict(actor) for actor in per_actor_table(clips, predicted)],
        "encoders": list(table.names),
        "decoder": _decoder(clips, oof, arm.config),
        "index_sha256": table.index_sha256,
        "versions": {"blemore": __version__, "torch": torch.__version__, "python": platform.python_version()},
    }


def _averaged(arm: Arm, oof: Predictions, clips: Clips, models: Sequence[Checkpoint]) -> dict[str, Any]:
    """Figures of the mean of the seeds' distributions, which is what is submitted; nothing for one seed."""
    if len(arm.seeds) == 1:
        return {}
    prob = _averaged_prob(clips, oof)
    predicted = averaged_labels(clips, prob, {model.fold: model.decoder for model in models})
    if predicted is None:
        return {}
    scores = official_scores(clips.label, predicted)
    return {"averaged": {**asdict(scores), "ci95": list(_interval(clips, predicted[None]))}}


def _shift(arm: Arm, table: FeatureTable) -> dict[str, Any]:
    """The encoders that were trusted less because their features are shifted, for each target."""
    if arm.trust.rule == "none":
        return {}
    has_test = arm.predicts_test and bool(table.clips.is_test.any())
    return {"shift": arm.trust.as_json(arm.folds, has_test=has_test)}


def _interval(clips: Clips, predicted: Ints) -> tuple[float, float]:
    """95 % interval of the Score over actors."""
    counts = correct_counts(actor_index(clips), clips.label, predicted)
    return score_intervals(counts, generator=numpy_generator(0, "actor bootstrap"))["score"]


def _decoder(clips: Clips, oof: Predictions, config: Config) -> dict[str, Any]:
    """The decoder of submissions, fitted to all out-of-fold predictions, averaged over seeds."""
    return asdict(fit_decoder(clips.label, _averaged_prob(clips, oof), method=config.decode.method))


def _averaged_prob(clips: Clips, oof: Predictions) -> Floats:
    """(N, 36) probabilities averaged over seeds, in the order of the clips."""
    names, prob = averaged(oof)
    row = {name: i for i, name in enumerate(names)}
    return prob[[row[str(name)] for name in clips.filename]]


def split_description(clips: Clips) -> list[dict[str, Any]]:
    """Actors, clips, singles, blends and labels of each fold."""
    described = []
    for fold in np.unique(clips.fold):
        own = clips.take(clips.fold == fold)
        n_blends = int(np.count_nonzero(IS_BLEND[own.label]))
        described.append(
            {
                "fold": int(fold),
                "n_actors": len(np.unique(own.actor)),
                "n_clips": len(own),
                "n_singles": len(own) - n_blends,
                "n_blends": n_blends,
                "actors": np.unique(own.actor).tolist(),
                "labels": dict(zip(LABEL_CODES, np.bincount(own.label, minlength=N_LABELS).tolist(), strict=True)),
            }
        )
    return described
