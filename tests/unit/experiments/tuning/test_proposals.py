"""Proposals for outer folds from made losses: nothing is trained."""

import json
from collections.abc import Callable

import numpy as np
import pytest

from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import ConfigError
from blemore_cli.experiments.runs.tuning_file import InnerFigures, TrialResult
from blemore_cli.experiments.tuning.design import Trial, trials
from blemore_cli.experiments.tuning.proposals import Proposals
from blemore_cli.experiments.tuning.space import Options, Range, Space

pytest.importorskip("optuna")

SPACE: Space = {"train.learning_rate": Range(1e-4, 1e-1, log=True), "model.top_n": Options((1, 2, "auto"))}
FOLDS = (0, 1)
Loss = Callable[[Trial, int], float]


def of_rate(trial: Trial, fold: int) -> float:
    """Least at a learning rate of 0.03 in fold 0 and 0.0003 in fold 1."""
    rate = trial.settings.get("train.learning_rate", 1e-4)
    return float(abs(np.log10(rate) - np.log10((0.03, 0.0003)[fold])))


def results_of(made: list[Trial], loss: Loss, *, failed: tuple[int, ...] = ()) -> list[TrialResult]:
    return [
        TrialResult.model_validate_json(
            TrialResult(
                number=trial.number,
                settings=trial.settings,
                fold=trial.fold,
                folds={}
                if trial.number in failed
                else {
                    fold: InnerFigures(loss=loss(trial, fold), score=0)
                    for fold in (FOLDS if trial.fold is None else (trial.fold,))
                },
                failed="diverged" if trial.number in failed else "",
            ).model_dump_json()
        )
        for trial in made
    ]


def proposals(n_trials: int = 30, space: Space = SPACE, check: Callable[[Config], None] = lambda _: None) -> Proposals:
    return Proposals(Config(), space, n_trials, FOLDS, check)


def searched(n_trials: int, loss: Loss = of_rate) -> list[Trial]:
    made = trials(Config(), SPACE, 8)
    while more := proposals(n_trials).after(results_of(made, loss)):
        made += more
    return made


def settings(made: list[Trial], fold: int) -> list[str]:
    return [json.dumps(trial.settings) for trial in made if trial.fold == fold]


def test_each_fold_gets_its_number_of_trials_once_each_and_within_the_space() -> None:
    made = searched(18)
    assert [trial.number for trial in made] == list(range(8 + 2 * 10))
    for fold in FOLDS:
        assert len({*settings(made, fold), *settings(made[:8], fold)}) == 10
    for trial in made[8:]:
        assert 1e-4 <= trial.settings["train.learning_rate"] <= 1e-1
        assert trial.settings["model.top_n"] in (1, 2, "auto")
        assert trial.config.train.learning_rate == trial.settings["train.learning_rate"]


def test_fewer_trials_are_the_first_of_more_and_a_search_is_grown() -> None:
    whole = searched(17)
    for n_trials in (9, 10, 13):
        few = searched(n_trials)
        assert [settings(few, fold) for fold in FOLDS] == [settings(whole, fold)[: n_trials - 8] for fold in FOLDS]
        while more := proposals(17).after(results_of(few, of_rate)):
            few += more
        assert [settings(few, fold) for fold in FOLDS] == [settings(whole, fold) for fold in FOLDS]


def test_proposals_go_where_the_losses_of_their_fold_are_small() -> None:
    made = searched(30)
    for fold, rate in ((0, 0.03), (1, 0.0003)):
        rates = [trial.settings["train.learning_rate"] for trial in made if trial.fold == fold]
        assert np.median(np.abs(np.log10(rates[4:]) - np.log10(rate))) < 0.4


def test_losses_of_another_fold_change_no_proposal_and_those_of_the_fold_do() -> None:
    def other(trial: Trial, fold: int) -> float:
        return of_rate(trial, fold) if fold == 0 else 5 - of_rate(trial, fold)

    before, after = searched(24), searched(24, other)
    assert settings(before, 0) == settings(after, 0)
    assert settings(before, 1) != settings(after, 1)


def test_trials_that_failed_are_passed_over_and_not_proposed_again() -> None:
    made = trials(Config(), SPACE, 8)
    more = proposals().after(results_of(made, of_rate, failed=(3,)))
    assert len(more) == 8
    assert not {json.dumps(trial.settings) for trial in more} & {json.dumps(trial.settings) for trial in made}


def test_settings_that_do_not_go_together_and_an_exhausted_space_are_passed_over() -> None:
    def check(config: Config) -> None:
        if config.model.top_n == 2:
            raise ConfigError("two is too few")

    made = trials(Config(), SPACE, 8, check=check)
    more = proposals(check=check).after(results_of(made, of_rate))
    assert len(more) == 8
    assert {trial.config.model.top_n for trial in more} <= {1, "auto"}
    few: Space = {"model.top_n": Options((1, 2))}
    made = trials(Config(), few, 8)
    assert proposals(space=few).after(results_of(made, of_rate)) == []
