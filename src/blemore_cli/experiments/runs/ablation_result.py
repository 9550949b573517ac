"""What an ablation found: its arms, the tests between them, and the JSON that scripts rely on."""

import math
from dataclasses import asdict, dataclass
from typing import Any

from blemore_cli.core.choices import MatchPrior, Standardize
from blemore_cli.evaluation.statistics.comparison import Method, Metric, PairedComparison


@dataclass(frozen=True)
class ArmResult:
    """One arm: the accuracies of its pooled out-of-fold predictions, each in [0, 1].

    Attributes:
        name: Unique in an ablation.
        difference: Dotted config keys that differ from the reference, with their values as text; empty for the
            reference.
        presence: Presence accuracy, mean over seeds.
        salience: Salience accuracy, mean over seeds.
        score: Score, mean over seeds.
        score_std: Standard deviation of the Score over seeds; None for one seed.
        ci95: 95 % interval of the Score, bootstrap over actors.
        n_seeds: Number of seeds.
        standardize: Groups that features were standardised within; `person` is a track of its own.
        match_prior: Groups whose predicted label shares were matched to the design, a track of its own.
    """

    name: str
    difference: dict[str, str]
    presence: float
    salience: float
    score: float
    score_std: float | None
    ci95: tuple[float, float]
    n_seeds: int
    standardize: Standardize = "global"
    match_prior: MatchPrior = "none"


@dataclass(frozen=True)
class Ablation:
    """Arms compared with everything else held fixed.

    Attributes:
        run: Name of the run.
        reference: Name of the arm that the others are compared with.
        protocol: `nested` or `official`.
        n_clips: Clips that every arm predicts.
        n_actors: Actors of these clips; the units of the bootstrap.
        n_folds: Folds, none of which share an actor.
        seeds: Seeds that every arm was trained with.
        arms: The arms that finished, the reference first.
        tests: The comparisons with the reference.
        sentences: One plain sentence a comparison.
        failed: The arms that did not finish, and why.
    """

    run: str
    reference: str
    protocol: str
    n_clips: int
    n_actors: int
    n_folds: int
    seeds: tuple[int, ...]
    arms: tuple[ArmResult, ...]
    tests: tuple[PairedComparison, ...]
    sentences: tuple[str, ...]
    failed: dict[str, str]

    def against_reference(self, arm: str, method: Method, *, metric: Metric = "score") -> PairedComparison | None:
        """The test of an arm against the reference by one method; None for the reference itself."""
        wanted = (arm, metric, method)
        return next((test for test in self.tests if (test.a, test.metric, test.method) == wanted), None)

    def as_json(self) -> dict[str, Any]:
        """The keys of the command line's contract; figures that do not exist are null, never NaN."""
        return {
            "run": self.run,
            "reference": self.reference,
            "protocol": self.protocol,
            "n_clips": self.n_clips,
            "n_actors": self.n_actors,
            "n_folds": self.n_folds,
            "seeds": list(self.seeds),
            "arms": {arm.name: _without_name(asdict(arm)) for arm in self.arms},
            "tests": [finite(asdict(test)) for test in self.tests],
            "sentences": list(self.sentences),
            "failed": dict(self.failed),
        }


def finite(value: Any) -> Any:
    """The same content as JSON can hold it: tuples as lists, NaN and infinities as None.

    Examples:
        >>> finite({"p_value": float("nan"), "ci95": (-0.01, 0.02)})
        {'p_value': None, 'ci95': [-0.01, 0.02]}
    """
    if isinstance(value, dict):
        return {key: finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _without_name(arm: dict[str, Any]) -> dict[str, Any]:
    return {key: finite(value) for key, value in arm.items() if key != "name"}
