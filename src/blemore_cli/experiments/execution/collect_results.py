"""Tables and metrics of an arm from the predictions of its fold models."""

import platform
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from blemore_cli import __version__
from blemore_cli.core.errors import ArtefactError
from blemore_cli.core.files import write_text
from blemore_cli.core.labels import IS_BLEND, LABEL_CODES, N_LABELS
from blemore_cli.core.processes.memory import trim_heap
from blemore_cli.core.rng import numpy_generator
from blemore_cli.core.types import Clips, Floats, Ints, Predictions
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.data.index.file import Index
from blemore_cli.evaluation.scoring.correct_counts import actor_index, correct_counts
from blemore_cli.evaluation.scoring.decoder import averaged_labels, fit_decoder
from blemore_cli.evaluation.scoring.metrics import official_scores
from blemore_cli.evaluation.scoring.score_summary import per_actor_table, per_label_table, seed_summary
from blemore_cli.evaluation.statistics.actor_bootstrap import score_intervals
from blemore_cli.experiments.data_checks.gap_notes import gap_notes
from blemore_cli.experiments.execution.feature_cache import shared_table
from blemore_cli.experiments.execution.plan import Arm, fold_paths
from blemore_cli.experiments.execution.reduction_report import reduction_report
from blemore_cli.experiments.inference.fold_models import (
    GatedPredictions,
    load_models,
    mean_prob,
    positions,
    predict_held_out,
    predict_test_clips,
    predicted_clips,
)
from blemore_cli.experiments.inference.transduction import transduction
from blemore_cli.experiments.runs.metrics import Execution, FoldResult, PooledScores, RunMetrics, ShiftReport, SplitPart
from blemore_cli.experiments.runs.tables import LOG, write_by_encoder, write_predictions
from blemore_cli.training.checkpoint import Checkpoint
from blemore_cli.training.device import limit_threads


@dataclass(frozen=True)
class ArmPredictions:
    """Out-of-fold predictions of an arm.

    Attributes:
        metrics: Its figures, as in `metrics.json`.
        clips: The N clips of the folds left out.
        predicted: (S, N) decoded labels of each seed.
    """

    metrics: RunMetrics
    clips: Clips
    predicted: Ints


def collect_results(arm: Arm, *, index: Index, slots: int) -> ArmPredictions:
    """Predicts with the fold models of an arm, writes the tables of its run, and scores the out-of-fold predictions.

    Raises:
        ArtefactError: If a checkpoint is missing or damaged.
    """
    limit_threads(arm.config.train.threads)
    table = shared_table(index, arm.config)
    models = load_models(sorted(fold_paths(arm)), table)
    oof = predict_held_out(models, table)
    _write_tables(arm, table, models, oof)
    results = _scored(arm, table, models, oof.predictions, oof.weights, slots)
    arm.run.finish(results.metrics.as_json())
    trim_heap()  # of the models
    return results


def _write_tables(arm: Arm, table: FeatureTable, models: Sequence[Checkpoint], oof: GatedPredictions) -> None:
    folder = arm.run.path
    parts = {"oof": oof}
    if arm.predicts_test or not table.clips.is_test.any():  # without test clips the tables exist, and are empty
        parts["test"] = predict_test_clips(models, table)
    for part, (predictions, weights, soundness) in parts.items():
        write_predictions(folder / f"{part}.csv", predictions)
        write_by_encoder(folder / f"gate_{part}.csv", predictions, weights, table.names)
        if soundness is not None:
            write_by_encoder(folder / f"soundness_{part}.csv", predictions, soundness, table.names)
    logs = [path / LOG for path in sorted(fold_paths(arm)) if (path / LOG).is_file()]
    write_text(folder / LOG, "".join(map(_log_text, logs)))


def _log_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ArtefactError(
            f"{path} must be UTF-8 text: {error}", fix=f"Delete the folder {path.parent}, then --resume."
        ) from None


def _by_seed(arm: Arm, clips: Clips, oof: Predictions) -> Ints:
    """(S, N) labels predicted for the clips by the models of each seed."""
    rows = positions(oof, clips)
    predicted = np.empty((len(arm.trained_seeds), len(clips)), dtype=np.int64)
    for labels, seed in zip(predicted, arm.trained_seeds, strict=True):
        of_seed = oof.seed == seed
        labels[rows[of_seed]] = oof.label[of_seed]
    return np.resize(predicted, (len(arm.seeds), len(clips)))


def _scored(
    arm: Arm, table: FeatureTable, models: Sequence[Checkpoint], oof: Predictions, weights: Floats, slots: int
) -> ArmPredictions:
    clips = predicted_clips(oof, table)
    predicted = _by_seed(arm, clips, oof)
    summary = seed_summary(clips, predicted)
    std = summary.std.score if summary.std else None
    prob = mean_prob(oof, clips)
    parts: dict[str, Any] = {
        "shift": _shift(arm, table),
        "reduction": reduction_report(models, table.clips, arm.config.model.reduce),
        "gaps": _gaps(arm, table) or None,
        "averaged": _averaged(arm, models, clips, prob),
    }
    epochs = {fold: [m.n_epochs for m in models if m.fold == fold and m.target == "held_out"] for fold in arm.folds}
    metrics = RunMetrics(
        run=arm.run.name,
        protocol=arm.config.train.protocol,
        **transduction([arm.config]),
        oof=PooledScores(**vars(summary.mean), std=std, ci95=_interval(clips, predicted)),
        folds=[FoldResult(**vars(fold), n_epochs=tuple(epochs[fold.fold])) for fold in summary.folds],
        seeds=list(arm.seeds),
        n_clips=len(clips),
        n_actors=len(np.unique(clips.actor)),
        split=split_description(clips),
        labels=tuple(per_label_table(clips.label, predicted)),
        actors=tuple(per_actor_table(clips, predicted)),
        encoders=list(table.names),
        decoder=fit_decoder(clips.label, prob, method=arm.config.decode.method),
        index_sha256=table.index_sha256,
        versions={"blemore": __version__, "torch": torch.__version__, "python": platform.python_version()},
        execution=Execution(slots=slots, threads=arm.config.train.threads),
        n_kept=float((weights > 0).sum(axis=1).mean()),
        **{key: part for key, part in parts.items() if part is not None},  # else the file does not have the key
    )
    return ArmPredictions(metrics, clips, predicted)


def _averaged(arm: Arm, models: Sequence[Checkpoint], clips: Clips, prob: Floats) -> PooledScores | None:
    """Figures of (N, 36) distributions averaged over seeds, as they are submitted; nothing for one seed."""
    if len(arm.seeds) == 1:
        return None
    predicted = averaged_labels(clips, prob, {model.fold: model.decoder for model in models})
    if predicted is None:
        return None
    scores = official_scores(clips.label, predicted)
    return PooledScores(**vars(scores), ci95=_interval(clips, predicted[None]))


def _shift(arm: Arm, table: FeatureTable) -> ShiftReport | None:
    """The encoders of less than full weight because their features are shifted, for each target."""
    has_test = arm.predicts_test and bool(table.clips.is_test.any())
    return arm.shift_weights.report(arm.folds, has_test=has_test) if arm.shift_weights.rule != "none" else None


def _gaps(arm: Arm, table: FeatureTable) -> list[str]:
    return gap_notes(table.names, table.clips, table.present, arm.folds, predicts_test=arm.predicts_test)


def _interval(clips: Clips, predicted: Ints) -> tuple[float, float]:
    """95 % CI of the Score over actors."""
    counts = correct_counts(actor_index(clips), clips.label, predicted)
    return score_intervals(counts, generator=numpy_generator(0, "actor bootstrap"))["score"]


def split_description(clips: Clips) -> list[SplitPart]:
    """Actors, clips, singles, blends and labels of each fold."""
    return [_split_part(int(fold), clips.take(clips.fold == fold)) for fold in np.unique(clips.fold)]


def _split_part(fold: int, clips: Clips) -> SplitPart:
    actors, n_blends = np.unique(clips.actor).tolist(), int(np.count_nonzero(IS_BLEND[clips.label]))
    return SplitPart(
        fold=fold,
        n_actors=len(actors),
        n_clips=len(clips),
        n_singles=len(clips) - n_blends,
        n_blends=n_blends,
        actors=tuple(actors),
        labels=dict(zip(LABEL_CODES, np.bincount(clips.label, minlength=N_LABELS).tolist(), strict=True)),
    )
