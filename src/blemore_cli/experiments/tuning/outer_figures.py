"""What the outer folds say of the choices of a search: labels of what was chosen, and their figures."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from blemore_cli.core.rng import numpy_generator
from blemore_cli.core.types import Clips, Ints, concatenated
from blemore_cli.data.index.file import Index
from blemore_cli.evaluation.scoring.correct_counts import actor_index, correct_counts
from blemore_cli.evaluation.scoring.metrics import official_scores
from blemore_cli.evaluation.scoring.score_summary import seed_summary
from blemore_cli.evaluation.statistics.actor_bootstrap import score_intervals
from blemore_cli.evaluation.statistics.comparison import compare_arms
from blemore_cli.evaluation.statistics.comparison_sentence import comparison_sentence
from blemore_cli.experiments.execution.feature_cache import shared_table
from blemore_cli.experiments.execution.plan import Arm, fold_paths
from blemore_cli.experiments.inference.fold_models import load_models, predict_held_out
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.experiments.runs.metrics import PooledScores
from blemore_cli.experiments.runs.tuning_file import (
    CurvePoint,
    FoldWinner,
    TrialResult,
    TrialResults,
    Tuning,
    trials_of,
)
from blemore_cli.experiments.tuning.winners import most_trials, overall_winner, winner

DEFAULT: Final = "default"
"""Name of the project's settings in the comparison."""


def held_out_labels(arm: Arm, index: Index) -> dict[int, Ints]:
    """(S, N) labels that the fold models of an arm predict for the clips of each of its folds, which they left out.

    Raises:
        ArtefactError: If a checkpoint is damaged.
    """
    table = shared_table(index, arm.config)
    oof = predict_held_out(load_models(sorted(fold_paths(arm)), table), table).predictions
    labels = {}
    for fold in arm.folds:
        position = {name: i for i, name in enumerate(_of_fold(index.clips, fold).filename.tolist())}
        labels[fold] = np.empty((len(arm.seeds), len(position)), dtype=np.int64)
        for of_seed, seed in zip(labels[fold], arm.seeds, strict=True):
            is_meant = (oof.fold == fold) & (oof.seed == seed)
            of_seed[[position[name] for name in oof.filename[is_meant].tolist()]] = oof.label[is_meant]
    return labels


def _of_fold(clips: Clips, fold: int) -> Clips:
    return clips.take(~clips.is_test & (clips.fold == fold))


def judged(run: RunFolder, all_clips: Clips, results: TrialResults, labels: Mapping[tuple[int, int], Ints]) -> Tuning:
    """The choices of the inner folds, scored on the outer folds.

    Args:
        run: The run of the search.
        all_clips: The clips of the index.
        results: The trials.
        labels: (S, N) labels of the clips of an outer fold, by trial and fold, of every trial that was its choice.
    """
    trials, folds = results.trials, sorted({fold for _, fold in labels})
    clips = concatenated([_of_fold(all_clips, fold) for fold in folds])
    choices = [
        np.concatenate([labels[winner(trials_of(trials, fold)[:n], fold), fold] for fold in folds], axis=1)
        for n in range(1, most_trials(trials) + 1)
    ]
    predicted = {DEFAULT: choices[0], "tuned": choices[-1]}
    tests = compare_arms(clips, predicted, DEFAULT, generator=numpy_generator(0, "comparison"))
    n_actors, best = len(np.unique(clips.actor)), overall_winner(trials)
    return Tuning(
        run=run.name,
        trials=len(choices),
        sampler=results.sampler,
        seeds=results.seeds,
        n_clips=len(clips),
        n_actors=n_actors,
        space=results.space,
        best=best.settings,
        inner_score=best.score,
        winners=tuple(_fold_winner(trials, fold) for fold in folds),
        oof=_pooled(clips, predicted["tuned"]),
        default=_pooled(clips, predicted[DEFAULT]),
        tests=tuple(tests),
        sentence=comparison_sentence(tests, n_actors=n_actors),
        curve=tuple(_curve_point(trials, n, folds, clips, choice) for n, choice in enumerate(choices, 1)),
        failed={trial.number: trial.failed for trial in trials if trial.failed},
    )


def _curve_point(trials: Sequence[TrialResult], n: int, folds: Sequence[int], clips: Clips, choice: Ints) -> CurvePoint:
    winners = [_fold_winner(trials_of(trials, fold)[:n], fold) for fold in folds]
    return CurvePoint(
        n_trials=n,
        inner_score=float(np.mean([chosen.inner_score for chosen in winners])),
        score=float(np.mean([official_scores(clips.label, of_seed).score for of_seed in choice])),
    )


def _fold_winner(trials: Sequence[TrialResult], fold: int) -> FoldWinner:
    chosen = next(trial for trial in trials if trial.number == winner(trials, fold))
    figures = chosen.folds[fold]
    return FoldWinner(
        fold=fold,
        trial=chosen.number,
        settings=chosen.settings,
        inner_loss=figures.loss,
        inner_score=figures.score,
    )


def _pooled(clips: Clips, predicted: Ints) -> PooledScores:
    summary = seed_summary(clips, predicted)
    counts = correct_counts(actor_index(clips), clips.label, predicted)
    interval = score_intervals(counts, generator=numpy_generator(0, "actor bootstrap"))["score"]
    std = summary.std.score if summary.std else None
    return PooledScores(**vars(summary.mean), std=std, ci95=interval)
