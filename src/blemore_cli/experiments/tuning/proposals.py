"""Trials that a tree-structured Parzen estimator proposes for one outer fold, from its inner losses alone."""

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from blemore_cli.core.config.file import with_changes
from blemore_cli.core.config.schema import Config
from blemore_cli.core.rng import derived_seed
from blemore_cli.experiments.execution.arms import Difference
from blemore_cli.experiments.runs.tuning_file import TrialResult, trials_of
from blemore_cli.experiments.tuning.design import MOST_POINTS_A_TRIAL, Check, Trial, accepted
from blemore_cli.experiments.tuning.space import Options, Range, Space

if TYPE_CHECKING:
    from optuna import Study
    from optuna.distributions import BaseDistribution

BATCH: Final = 4
"""Trials that are proposed for a fold at once: they are trained together, and do not know of one another's losses."""


@dataclass(frozen=True)
class Proposals:
    """What is tried after the quasi-random trials, for each outer fold alone.

    The next batch follows from the trials that there are, so that a search that was interrupted or is grown goes on as
    a whole one, with any number of workers. Trials of the same batch count as bad ones meanwhile.

    Source: Bergstra et al. 2011, Algorithms for hyper-parameter optimization, NeurIPS, as Optuna's `TPESampler` has it.

    Attributes:
        config: The project's configuration.
        space: What is searched.
        n_trials: Number of trials of each fold, the quasi-random ones among them.
        folds: The outer folds.
        check: Raises a `ConfigError` or `UsageError` for a configuration that cannot be trained.
    """

    config: Config
    space: Space
    n_trials: int
    folds: Sequence[int]
    check: Check

    def after(self, results: Sequence[TrialResult]) -> list[Trial]:
        """The next trials of all folds; none where every fold has as many as it shall, or the space has no more."""
        batch: list[Trial] = []
        for fold in self.folds:
            for settings, config in self._proposed(trials_of(results, fold), fold):
                batch.append(Trial(len(results) + len(batch), settings, config, fold))
        return batch

    def _proposed(self, trials: Sequence[TrialResult], fold: int) -> list[tuple[Difference, Config]]:
        """What is left of the fold's batch, which is proposed whole: fewer trials are the first of more."""
        n_shared = sum(trial.fold is None for trial in trials)
        n_before = len(trials) - (len(trials) - n_shared) % BATCH
        before, left = trials[:n_before], slice(len(trials) - n_before, self.n_trials - n_before)
        study = _study(self.space, before, fold, derived_seed(self.config.train.seed, "proposals", fold, n_before))
        tried = [with_changes(self.config, trial.settings) for trial in before]
        settings = islice(_asked(study, self.space), MOST_POINTS_A_TRIAL * BATCH)
        return list(islice(accepted(self.config, settings, self.check, tried=tried), BATCH))[left]


def _study(space: Space, before: Sequence[TrialResult], fold: int, seed: int) -> "Study":
    """What is known of a fold: its trials, but for the first, whose settings may lie outside the space."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    with warnings.catch_warnings(action="ignore", category=optuna.exceptions.ExperimentalWarning):
        sampler = optuna.samplers.TPESampler(n_startup_trials=0, constant_liar=True, seed=seed % 2**32)
    study = optuna.create_study(sampler=sampler)
    distributions = _distributions(space)
    for trial in before:
        if trial.settings and not trial.failed:
            params = {key: _param(space[key], value) for key, value in trial.settings.items()}
            known = optuna.trial.create_trial(params=params, distributions=distributions, value=trial.loss_of(fold))
            study.add_trial(known)
    return study


def _asked(study: "Study", space: Space) -> Iterator[Difference]:
    distributions = _distributions(space)
    while True:
        params = study.ask(distributions).params
        yield {key: _value(part, params[key]) for key, part in space.items()}


def _distributions(space: Space) -> "dict[str, BaseDistribution]":
    """Distributions of Optuna: of a list, the positions in it."""
    from optuna.distributions import CategoricalDistribution, FloatDistribution

    return {
        key: CategoricalDistribution(range(len(part.values)))
        if isinstance(part, Options)
        else FloatDistribution(part.low, part.high, log=part.log)
        for key, part in space.items()
    }


def _param(part: Range | Options, value: Any) -> Any:
    return part.values.index(value) if isinstance(part, Options) else min(max(value, part.low), part.high)


def _value(part: Range | Options, param: Any) -> Any:
    return part.values[param] if isinstance(part, Options) else part.rounded(param)
