"""Trials of a search: the project's settings first, then a quasi-random sequence of those of a space."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, NamedTuple

from scipy.stats import qmc

from blemore_cli.core.choices import Sampler
from blemore_cli.core.config.file import with_changes
from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import BlemoreError, ConfigError, UsageError
from blemore_cli.core.rng import numpy_generator
from blemore_cli.experiments.execution.arms import Difference
from blemore_cli.experiments.runs.tuning_file import TrialResult
from blemore_cli.experiments.tuning.space import Space, settings_at

MOST_POINTS_A_TRIAL: Final = 32
BATCH: Final = 8
"""Trials that are trained together, between two looks at the clock."""

Check = Callable[[Config], None]
"""Raises a `ConfigError` or `UsageError` for a configuration that cannot be trained."""


class Trial(NamedTuple):
    """Settings that are tried: their number in the sequence, what they change, and the outer fold that they are for."""

    number: int
    settings: Difference
    config: Config
    fold: int | None = None

    @property
    def name(self) -> str:
        """The name of its folder."""
        return f"trial-{self.number:03d}"


@dataclass(frozen=True)
class SearchDesign:
    """What is tried, and with which seeds.

    Attributes:
        space: What is searched.
        trials: The trials that all folds share, of which the first changes nothing.
        seeds: Seeds of every trial.
        seconds: No more trials are begun after so much time; None for no limit.
        sampler: Name of what the trials come from.
        after: Gives the trials that follow these and what was made since; none at the end.
        n_trials: Trials of each fold at most.
    """

    space: Space
    trials: Sequence[Trial]
    seeds: tuple[int, ...] = (0,)
    seconds: float | None = None
    sampler: Sampler = "sobol"
    after: Callable[[Sequence[TrialResult]], Sequence[Trial]] = lambda _: ()
    n_trials: int = 0

    @property
    def config(self) -> Config:
        """The project's configuration."""
        return self.trials[0].config

    def batch_after(self, results: Sequence[TrialResult]) -> Sequence[Trial]:
        """The trials that are trained next, together; none at the end."""
        return self.trials[len(results) :][:BATCH] or self.after(results)

    def made(self, result: TrialResult) -> Trial:
        """A trial that was made."""
        return Trial(result.number, result.settings, with_changes(self.config, result.settings), result.fold)


def trials(config: Config, space: Space, n: int, *, check: Check = lambda _: None) -> list[Trial]:
    """The first n trials, of which number 0 changes nothing; more trials begin with the same ones.

    Points follow a scrambled Sobol' sequence, which the project's seed decides; points whose settings do not go
    together, or were tried before, are passed over. A small space of values has fewer trials.

    Source: Sobol' 1967, scrambled as by Matousek 1998, as SciPy's `qmc.Sobol` has it.

    Args:
        config: The project's configuration.
        space: What is searched.
        n: Number of trials.
        check: Refuses a configuration.

    Raises:
        ConfigError: If no settings of the space go together.
    """
    sampler = qmc.Sobol(len(space), scramble=True, rng=numpy_generator(config.train.seed, "tuning"))
    n_points = MOST_POINTS_A_TRIAL * n
    points = sampler.random_base2(math.ceil(math.log2(n_points)))
    refused: list[BlemoreError] = []
    settings = (settings_at(space, point) for point in points)
    chosen = list(islice(accepted(config, settings, check, tried=[config], refused=refused), n - 1))
    if not chosen and refused:
        raise ConfigError(
            f"settings of the space must go together, and none of {n_points} points did: {refused[0].message}",
            fix=refused[0].fix,
        )
    return [Trial(number, *trial) for number, trial in enumerate([({}, config), *chosen])]


def accepted(
    config: Config,
    settings: Iterable[Difference],
    check: Check,
    *,
    tried: Iterable[Config],
    refused: list[BlemoreError] | None = None,
) -> Iterator[tuple[Difference, Config]]:
    """Settings that go together, once each, with their configuration; the errors of others are added to a list."""
    contents = {with_changes(before, {}).model_dump_json() for before in tried}
    for changes in settings:
        try:
            changed = _changed(config, changes)
            check(changed)
        except (ConfigError, UsageError) as error:
            if refused is not None:
                refused.append(error)
        else:
            if (content := changed.model_dump_json()) not in contents:
                contents.add(content)
                yield changes, changed


def _changed(config: Config, changes: Difference) -> Config:
    try:
        return with_changes(config, changes, place="space")
    except UsageError as error:
        raise ConfigError(error.message, fix="Correct the values of the space.") from None
