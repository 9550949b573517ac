"""Importance of the predictors of a run: its fold models on the clips that they left out, with columns shuffled."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from blemore_cli.core.choices import PredictorKind
from blemore_cli.core.config.file import with_changes
from blemore_cli.core.errors import listed
from blemore_cli.core.labels import IS_BLEND
from blemore_cli.core.rng import numpy_generator
from blemore_cli.core.types import Clips, Floats
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.data.index.file import read_index
from blemore_cli.evaluation.scoring.correct_counts import actor_index
from blemore_cli.evaluation.scoring.log_loss import held_out_losses
from blemore_cli.evaluation.statistics.permutation_importance import (
    FigureGain,
    donors_within,
    figure_gains,
    mean_figures,
    sums_by_actor,
)
from blemore_cli.experiments.execution.feature_cache import shared_table
from blemore_cli.experiments.explaining.out_of_fold import held_out_models, readable_rows
from blemore_cli.experiments.explaining.permuted_latents import permuted_model
from blemore_cli.experiments.explaining.predictor_groups import PredictorGroup, encoder_columns, predictor_groups
from blemore_cli.experiments.explaining.replay import gated_network
from blemore_cli.experiments.inference.fold_models import load_models, model_folders
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.experiments.runs.predictors_record import PredictorImportance, Predictors
from blemore_cli.training.checkpoint import Checkpoint
from blemore_cli.training.device import limit_threads
from blemore_cli.training.predict import over_labels

LEVEL = 0.05


@dataclass(frozen=True)
class PredictorPlan:
    """What is compared.

    Attributes:
        group: The kind of group; None takes what the names of columns allow.
        is_joint: Whether groups of the same name in several encoders are one.
        encoders: Encoders whose columns are grouped; all where empty.
        n_repeats: Shuffles of each seed's models.
    """

    group: PredictorKind | None = None
    is_joint: bool = False
    encoders: tuple[str, ...] = ()
    n_repeats: int = 3


def measure_predictors(
    run: RunFolder, index: Path, plan: PredictorPlan, *, progress: Callable[[int, int], None] = lambda *_: None
) -> Predictors:
    """Measures which columns carry the predictions of a finished run; deterministic.

    Args:
        run: A run of `blemore train` or `blemore cv`, or an arm of `blemore ablate`.
        index: The index that it was trained on, wherever it is now.
        plan: What is compared.
        progress: Called with the predictions that were made, and how many there are.

    Raises:
        UsageError: If the run is a baseline, or the plan does not fit its encoders.
        ArtefactError: If the index or a checkpoint is missing, damaged, or does not fit.
    """
    config, opened = with_changes(run.config(), {"data.index": index, "runs": run.root}), read_index(index)
    limit_threads(config.train.threads)
    folders = model_folders(run)
    table = shared_table(opened, config)
    models = held_out_models(load_models(folders, table))
    for model in models:
        gated_network(model)
    columns = [encoder_columns(opened, name) for name in table.names]
    groups = predictor_groups(columns, plan.group, chosen=plan.encoders, is_joint=plan.is_joint)
    clips, sums = _sums(models, table, groups, plan.n_repeats, progress)
    return _predictors(table.names, plan, groups, clips, sums)


def _sums(
    models: Sequence[Checkpoint],
    table: FeatureTable,
    groups: Sequence[PredictorGroup],
    n_repeats: int,
    progress: Callable[[int, int], None],
) -> tuple[Clips, Floats]:
    """The clips, and (1 + G, 2, A, 3) sums by actor with each group shuffled and with all others; first all columns."""
    rows, _ = readable_rows(models, table)
    clips = table.clips.take(rows)
    actor, within = actor_index(clips), np.unique(clips.actor, return_inverse=True)[1]
    columns = [{e: np.arange(width) for e, width in enumerate(table.widths)}, *(group.columns for group in groups)]
    sums = np.zeros((len(columns), 2, int(actor.max()) + 1, 3))
    parts = [(model, np.flatnonzero(clips.fold == model.fold), r) for model in models for r in range(n_repeats)]
    parts = [part for part in parts if len(part[1])]
    for done, (model, at, repeat) in enumerate(parts):
        generator = numpy_generator(0, "predictors", model.seed, model.fold, repeat)
        replay = permuted_model(model, table, rows[at])
        donor = donors_within(within[at], replay.present.numpy(), generator=generator)
        for group, pair in enumerate(replay.predictions(columns, donor)):
            for state, log_prob in enumerate(pair):
                prob = np.exp(log_prob)
                predicted = model.decoder.labels(over_labels(prob))
                loss = held_out_losses(clips.label[at], prob)
                part = sums_by_actor(actor[at], clips.label[at], predicted, loss)
                sums[group, state, : len(part)] += part
            progress(done * len(columns) + group + 1, len(parts) * len(columns))
    n_seeds = len({model.seed for model in models})
    return clips, sums / (n_seeds * n_repeats)


def _predictors(
    names: Sequence[str], plan: PredictorPlan, groups: Sequence[PredictorGroup], clips: Clips, sums: Floats
) -> Predictors:
    actor = actor_index(clips)
    size = np.stack([np.bincount(actor), np.bincount(actor, IS_BLEND[clips.label])], axis=1).astype(np.float64)
    (shuffled, intact), without, alone = sums[0], sums[1:, 0], sums[1:, 1]
    lost = figure_gains(without, intact, size, generator=numpy_generator(0, "predictors"))
    kept = figure_gains(shuffled, alone, size, generator=numpy_generator(0, "predictors"))
    made = [
        _importance(names, group, of_group, of_rest)
        for group, of_group, of_rest in zip(groups, zip(*lost, strict=True), zip(*kept, strict=True), strict=True)
    ]
    made.sort(key=lambda importance: -importance.loss_rise)
    score, log_likelihood = mean_figures(intact, size)
    shuffled_score, shuffled_log_likelihood = mean_figures(shuffled, size)
    return Predictors(
        group=plan.group,
        joint=plan.is_joint,
        repeats=plan.n_repeats,
        score=score,
        log_loss=-log_likelihood,
        shuffled_score=shuffled_score,
        shuffled_log_loss=-shuffled_log_likelihood,
        groups=tuple(made),
        sentence=_sentence(made, score, shuffled_score),
    )


def _importance(
    names: Sequence[str],
    group: PredictorGroup,
    lost: tuple[FigureGain, FigureGain],
    kept: tuple[FigureGain, FigureGain],
) -> PredictorImportance:
    (score, loss), (alone, alone_loss) = lost, kept
    return PredictorImportance(
        name=group.name,
        kind=group.kind,
        encoders=tuple(names[encoder] for encoder in group.columns),
        n_columns=sum(map(len, group.columns.values())),
        drop=score.gain,
        drop_ci95=score.ci95,
        p_value=score.p_value,
        p_adjusted=score.p_adjusted,
        loss_rise=loss.gain,
        loss_rise_ci95=loss.ci95,
        loss_p_value=loss.p_value,
        loss_p_adjusted=loss.p_adjusted,
        alone=alone.gain,
        alone_ci95=alone.ci95,
        alone_loss_fall=alone_loss.gain,
        alone_loss_fall_ci95=alone_loss.ci95,
    )


def _sentence(made: Sequence[PredictorImportance], score: float, shuffled_score: float) -> str:
    """What can be said of all groups."""
    of_score = [each.name for each in made if each.drop > 0 and (each.p_adjusted or 1) < LEVEL]
    of_loss = [each.name for each in made if each.loss_rise > 0 and (each.loss_p_adjusted or 1) < LEVEL]
    parts = [
        f"{what} with {len(names)} of {len(made)} groups shuffled" + (f" ({listed(names, 3)})" if names else "")
        for what, names in (("the Score falls", of_score), ("the likelihood", of_loss))
    ]
    return (
        f"{', '.join(parts)}; with all shuffled within actors the Score is {shuffled_score:.3f} instead of {score:.3f}"
    )
