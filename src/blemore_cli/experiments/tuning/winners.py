"""Choice of a trial for each outer fold, among all trials or the first of them."""

from collections.abc import Sequence

import numpy as np

from blemore_cli.experiments.runs.tuning_file import TrialResult


def winner(trials: Sequence[TrialResult], fold: int) -> int:
    """Number of the trial with the least loss on the inner folds of an outer fold; the first of equal ones."""
    return trials[int(np.argmin([trial.loss_of(fold) for trial in trials]))].number


def overall_winner(trials: Sequence[TrialResult]) -> TrialResult:
    """The trial with the least mean loss over the inner folds of all outer folds: it has no outer fold to score it."""
    return trials[int(np.argmin([trial.loss for trial in trials]))]


def winners_so_far(trials: Sequence[TrialResult], folds: Sequence[int]) -> dict[int, list[int]]:
    """The folds for which each trial was the winner among those before it, by its number; others are left out."""
    folds_of: dict[int, list[int]] = {}
    for fold in folds:
        for n in range(1, len(trials) + 1):
            number = winner(trials[:n], fold)
            if fold not in folds_of.setdefault(number, []):
                folds_of[number].append(fold)
    return dict(sorted(folds_of.items()))
