"""Schema of an ablation's `metrics.json`: arms, and the paired tests between them."""

import math
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer

from blemore_cli.core.choices import MatchPrior, Standardize
from blemore_cli.core.validation import read_json
from blemore_cli.evaluation.statistics.comparison import Method, Metric, PairedComparison
from blemore_cli.experiments.runs.artefact import Artefact, Figure
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.experiments.runs.metrics import RunMetrics


class ArmResult(Artefact):
    """One arm: the accuracies of its pooled out-of-fold predictions, each in [0, 1].

    Attributes:
        name: Unique in an ablation.
        difference: Dotted config keys that differ from the reference, with their values as text; empty for the
            reference.
        presence: Presence accuracy, mean over seeds.
        salience: Salience accuracy, mean over seeds.
        score: Score, mean over seeds.
        score_std: Standard deviation of the Score over seeds; None for one seed.
        ci95: 95 % CI of the Score, bootstrap over actors.
        n_seeds: Number of seeds.
        standardize: Groups that features were standardised within; `person` is a track of its own.
        match_prior: Groups whose predicted label shares were matched to the design, a track of its own.
    """

    name: Annotated[str, Field(exclude=True)]
    difference: dict[str, str]
    presence: float
    salience: float
    score: float
    score_std: float | None
    ci95: tuple[Figure, Figure]
    n_seeds: int
    standardize: Standardize = "global"
    match_prior: MatchPrior = "none"


def arm_result(name: str, difference: Mapping[str, Any], metrics: RunMetrics) -> ArmResult:
    """The result of an arm from the metrics of its run."""
    return ArmResult(
        name=name,
        difference={key: str(value) for key, value in difference.items()},
        presence=metrics.oof.presence,
        salience=metrics.oof.salience,
        score=metrics.oof.score,
        score_std=metrics.oof.std,
        ci95=metrics.oof.ci95,
        n_seeds=len(metrics.seeds),
        standardize=metrics.standardize,
        match_prior=metrics.match_prior,
    )


def _named(arms: Any) -> Any:
    if not isinstance(arms, dict):
        return arms
    return [{**arm, "name": name} if isinstance(arm, dict) else arm for name, arm in arms.items()]


def _by_name(arms: tuple[ArmResult, ...]) -> dict[str, Any]:
    return {arm.name: arm.model_dump(mode="json") for arm in arms}


def with_interval(test: Any) -> Any:
    """The ends of an interval that does not exist are null in the file, NaN in memory."""
    if not isinstance(test, dict) or not isinstance(test.get("ci95"), list):
        return test
    return {**test, "ci95": [math.nan if end is None else end for end in test["ci95"]]}


class Ablation(Artefact):
    """Arms compared with everything else held fixed.

    Attributes:
        reference: Name of the arm that the others are compared with.
        protocol: `nested` or `official`.
        n_clips: Clips that every arm predicts.
        n_actors: Actors of these clips; the units of the bootstrap.
        n_folds: Folds, none of which share an actor.
        seeds: Seeds that every arm was trained with but a negative control, which has as many others.
        arms: The arms that finished, the reference first; in the file by their names.
        tests: The comparisons with the reference.
        conclusion: One sentence on the reference: what it is not shown to be better than comes first.
        negative_control: What the arm that is the reference with other seeds says of chance; empty without it.
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
    arms: Annotated[tuple[ArmResult, ...], BeforeValidator(_named), PlainSerializer(_by_name)]
    tests: tuple[Annotated[PairedComparison, BeforeValidator(with_interval)], ...]
    conclusion: str = ""
    negative_control: str = ""
    sentences: tuple[str, ...]
    failed: dict[str, str]

    def against_reference(self, arm: str, method: Method, *, metric: Metric = "score") -> PairedComparison | None:
        """The test of an arm against the reference by one method; None for the reference itself."""
        wanted = (arm, metric, method)
        return next((test for test in self.tests if (test.a, test.metric, test.method) == wanted), None)


def read_ablation(run: RunFolder) -> Ablation:
    """The results of a run that compares arms.

    Raises:
        ArtefactError: If `metrics.json` is missing or damaged, or is not that of an ablation.
    """
    fix = f"Run it again with `blemore {run.kind} --name {run.name} --resume`."
    ablation = read_json(run.path / "metrics.json", Ablation, fix=fix)
    run.check("metrics.json")
    return ablation
