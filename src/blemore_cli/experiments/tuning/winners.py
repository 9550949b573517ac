"""Choice of a trial for each outer fold, among all trials or the first of them."""

from collections.abc import Sequence

import numpy as np

from blemore_cli.experiments.runs.tuning_file import TrialResult, trials_of


def winner(trials: Sequence[TrialResult], fold: int) -> int:
    """Number of the trial with the least loss on the inner folds of an outer fold; the first of equal ones.

    Trials that were proposed for another fold have no say: their proposal has seen the labels of this one.
    """
    candidates = trials_of(trials, fold)
    return candidates[int(np.argmin([trial.loss_of(fold) for trial in candidates]))].number


def overall_winner(trials: Sequence[TrialResult]) -> TrialResult:
    """The trial with the least mean loss over the inner folds of all outer folds: it has no outer fold to score it.

    Of trials that were proposed for a fold, only its winner is among the candidates, with the figures of all folds.
    """
    n_folds = max(len(trial.folds) for trial in trials)
    whole = [
        trial
        for trial in trials
        if len(trial.folds) == n_folds and (trial.fold is None or trial.number == winner(trials, trial.fold))
    ]
    return whole[int(np.argmin([trial.loss for trial in whole]))]


def winners_so_far(trials: Sequence[TrialResult], folds: Sequence[int]) -> dict[int, list[int]]:
    """The folds for which each trial was the winner among those before it, by its number; others are left out."""
    folds_of: dict[int, list[int]] = {}
    for fold in folds:
        candidates = trials_of(trials, fold)
        for n in range(1, len(candidates) + 1):
            number = winner(candidates[:n], fold)
            if fold not in folds_of.setdefault(number, []):
                folds_of[number].append(fold)
    return dict(sorted(folds_of.items()))


def most_trials(trials: Sequence[TrialResult]) -> int:
    """Number of trials that an outer fold has to choose among; of folds with fewer, the number of others."""
    folds = {trial.fold for trial in trials}
    return max((len(trials_of(trials, fold)) for fold in folds if fold is not None), default=len(trials))
