"""Transductive settings of a run: what its predictions read of other unlabelled clips."""

from collections.abc import Sequence
from typing import TypedDict, get_args

from blemore_cli.core.choices import MatchPrior, Standardize
from blemore_cli.core.config.schema import Config


class Transduction(TypedDict):
    """The transductive settings, as `metrics.json` and `submit --json` hold them; `RunMetrics` says what they mean."""

    standardize: Standardize
    match_prior: MatchPrior
    transductive: bool


def transduction(configs: Sequence[Config]) -> Transduction:
    """The settings of runs with these configurations: of several values of a setting the one that reads most.

    Examples:
        >>> transduction([Config()])
        {'standardize': 'split', 'match_prior': 'none', 'transductive': True}
    """
    standardize = max((each.train.standardize for each in configs), key=get_args(Standardize).index)
    match_prior = max((each.decode.match_prior for each in configs), key=get_args(MatchPrior).index)
    return {
        "standardize": standardize,
        "match_prior": match_prior,
        "transductive": (standardize, match_prior) != ("global", "none"),
    }
