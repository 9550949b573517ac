"""Trials of a search: the project's settings first, then a quasi-random sequence of those of a space."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, NamedTuple

from scipy.stats import qmc

from blemore_cli.core.config.file import with_changes
from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import BlemoreError, ConfigError, UsageError
from blemore_cli.core.rng import numpy_generator
from blemore_cli.experiments.execution.arms import Difference
from blemore_cli.experiments.tuning.space import Space, settings_at

_MOST_POINTS_A_TRIAL: Final = 32


class Trial(NamedTuple):
    """Settings that are tried: their number in the sequence, and what they change."""

    number: int
    settings: Difference
    config: Config

    @property
    def name(self) -> str:
        """The name of its folder."""
        return f"trial-{self.number:03d}"


@dataclass(frozen=True)
class SearchDesign:
    """What is tried, and with which seeds.

    Attributes:
        space: What is searched.
        trials: The trials, of which the first changes nothing.
        seeds: Seeds of every trial.
        seconds: No more trials are begun after so much time; None for no limit.
    """

    space: Space
    trials: Sequence[Trial]
    seeds: tuple[int, ...]
    seconds: float | None = None


def trials(config: Config, space: Space, n: int, *, check: Callable[[Config], None] = lambda _: None) -> list[Trial]:
    """The first n trials, of which number 0 changes nothing; more trials begin with the same ones.

    Points follow a scrambled Sobol' sequence, which the project's seed decides; points whose settings do not go
    together, or were tried before, are passed over. A small space of values has fewer trials.

    Source: Sobol' 1967, scrambled as by Matousek 1998, as SciPy's `qmc.Sobol` has it.

    Args:
        config: The project's configuration.
        space: What is searched.
        n: Number of trials.
        check: Raises a `ConfigError` or `UsageError` for a configuration that cannot be trained.

    Raises:
        ConfigError: If no settings of the space go together.
    """
    sampler = qmc.Sobol(len(space), scramble=True, rng=numpy_generator(config.train.seed, "tuning"))
    n_points = _MOST_POINTS_A_TRIAL * n
    points = sampler.random_base2(math.ceil(math.log2(n_points)))
    refused: list[BlemoreError] = []
    chosen = list(islice(_accepted(config, (settings_at(space, point) for point in points), check, refused), n - 1))
    if not chosen and refused:
        raise ConfigError(
            f"settings of the space must go together, and none of {n_points} points did: {refused[0].message}",
            fix=refused[0].fix,
        )
    return [Trial(number, *trial) for number, trial in enumerate([({}, config), *chosen])]


def _accepted(
    config: Config,
    settings: Iterable[Difference],
    check: Callable[[Config], None],
    refused: list[BlemoreError],
) -> Iterator[tuple[Difference, Config]]:
    """Settings that go together, once each, with their configuration; the errors of others are added to a list."""
    tried = {with_changes(config, {}).model_dump_json()}
    for changes in settings:
        try:
            changed = with_changes(config, changes, place="space")
            check(changed)
        except (ConfigError, UsageError) as error:
            refused.append(error)
        else:
            if (content := changed.model_dump_json()) not in tried:
                tried.add(content)
                yield changes, changed
