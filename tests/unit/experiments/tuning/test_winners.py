import math

from blemore_cli.experiments.runs.tuning_file import InnerFigures, TrialResult
from blemore_cli.experiments.tuning.winners import most_trials, overall_winner, winner, winners_so_far


def trial(number: int, *losses: float) -> TrialResult:
    folds = {fold: InnerFigures(loss=loss, score=1 - loss) for fold, loss in enumerate(losses)}
    return TrialResult(
        number=number, settings={"model.top_n": number}, folds=folds, failed="" if losses else "diverged"
    )


TRIALS = [trial(0, 0.5, 0.5), trial(1, 0.6, 0.4), trial(2), trial(3, 0.5, 0.3), trial(4, 0.1, 0.9)]


def test_each_fold_has_the_trial_of_least_loss_and_the_first_of_equal_ones() -> None:
    assert [winner(TRIALS, fold) for fold in (0, 1)] == [4, 3]
    assert [winner(TRIALS[:4], fold) for fold in (0, 1)] == [0, 3]
    assert overall_winner(TRIALS).number == 3


def test_a_failed_trial_never_wins() -> None:
    failed = TRIALS[2]
    assert (failed.loss, math.isnan(failed.score)) == (math.inf, True)
    assert winner([TRIALS[0], failed], 0) == 0


def test_what_was_a_choice_at_any_time_is_kept() -> None:
    assert winners_so_far(TRIALS, [0, 1]) == {0: [0, 1], 1: [1], 3: [1], 4: [0]}
    assert winners_so_far(TRIALS[:1], [0, 1]) == {0: [0, 1]}


def test_what_was_proposed_for_another_fold_is_no_choice() -> None:
    proposed = trial(5, 0.0).model_copy(update={"fold": 0})
    after = proposed.model_copy(update={"number": 6, "folds": trial(6, 0.0, 0.0).folds})
    assert [winner([*TRIALS, proposed, after], fold) for fold in (0, 1)] == [5, 3]
    assert overall_winner([*TRIALS, proposed]).number == 3
    assert overall_winner([*TRIALS, after]).number == 6
    assert overall_winner([*TRIALS, proposed, after]).number == 3  # fold 0 chooses trial 5, which has its figures alone
    assert winners_so_far([TRIALS[0], proposed], [0, 1]) == {0: [0, 1], 5: [0]}
    assert (most_trials(TRIALS), most_trials([*TRIALS, proposed, after])) == (5, 7)
