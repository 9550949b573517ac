"""Schema of `metrics.json`: the figures of one model over its seeds."""

import math

from pydantic import Field

from blemore_cli.core.choices import MatchPrior, ShiftRule, Standardize
from blemore_cli.core.validation import read_json
from blemore_cli.evaluation.scoring.decoder import Decoder
from blemore_cli.evaluation.scoring.score_summary import ActorScores, LabelScores
from blemore_cli.experiments.runs.artefact import Artefact, Figure
from blemore_cli.experiments.runs.folder import MAKE_AGAIN, RunFolder


class PooledScores(Artefact):
    """Official figures of all out-of-fold predictions: mean over seeds, spread over them, interval over actors."""

    presence: float
    salience: float
    score: float
    std: float | None = None
    ci95: tuple[Figure, Figure] = (math.nan, math.nan)


class FoldResult(Artefact):
    """Official figures of one fold, mean over seeds, and the epochs of its models, one number a seed."""

    fold: int
    n: int
    presence: float
    salience: float
    score: float
    n_epochs: tuple[int | None, ...] = ()


class SplitPart(Artefact):
    """Actors, clips, singles, blends and labels of one fold."""

    fold: int
    n_actors: int
    n_clips: int
    n_singles: int
    n_blends: int
    actors: tuple[str, ...] = ()
    labels: dict[str, int] = Field(default_factory=dict)


class EncoderShift(Artefact):
    """An encoder with shifted features: the AUC of the shift, and the encoder's weight in [0, 1)."""

    auc: float | None
    trust: float


class ShiftReport(Artefact):
    """The encoders of less than full weight, by their names: for the test clips, and for each fold."""

    rule: ShiftRule
    test: dict[str, EncoderShift] = Field(default_factory=dict)
    folds: dict[str, dict[str, EncoderShift]]


class EncoderReduction(Artefact):
    """Columns that the fold models read of one encoder.

    Attributes:
        width: Columns of the encoder.
        models: Number of fold models by the columns that they read: `width` where all, else so many components.
    """

    width: int
    models: dict[int, int]


class ReductionReport(Artefact):
    """Encoders of which components may be read, by their names; the others are read as they are.

    Attributes:
        rule: As in `model.reduce`.
    """

    rule: str
    encoders: dict[str, EncoderReduction]


class Execution(Artefact):
    """What decided which models were trained in one stack, and with that the rounding of their figures.

    Attributes:
        slots: Processes that the stacks were planned for.
        threads: Threads of each.
    """

    slots: int
    threads: int


class RunMetrics(Artefact):
    """The figures of one model over its seeds.

    Attributes:
        protocol: `nested` or `official`.
        standardize: Groups that features are standardised within.
        match_prior: Groups whose predicted label shares are matched to the design.
        transductive: Whether a clip's prediction depends on other clips that are predicted.
        shift: Encoders of less than full weight; None without a rule.
        reduction: Columns read of wide encoders; None where every encoder is read as it is, without a decision.
        gaps: Notes on encoders that some targets are predicted without, and on clips without any.
        oof: Figures of the out-of-fold predictions.
        averaged: Those of the mean of the seeds' distributions, which is submitted; None for one seed.
        folds: Figures of each fold.
        n_clips: Clips out of fold.
        n_actors: Actors of these.
        split: What is in each fold.
        labels: Figures of each true label.
        actors: Figures of each actor.
        decoder: The decoder of submissions, fitted to all out-of-fold predictions, averaged over seeds.
        execution: How the stacks were planned; None where an older version trained.
        n_kept: Mean number of encoders with a fusion weight above 0.
    """

    run: str = ""
    protocol: str
    standardize: Standardize = "global"
    match_prior: MatchPrior = "none"
    transductive: bool = False
    shift: ShiftReport | None = None
    reduction: ReductionReport | None = None
    gaps: tuple[str, ...] = ()
    oof: PooledScores
    averaged: PooledScores | None = None
    folds: list[FoldResult]
    seeds: list[int]
    n_clips: int
    n_actors: int
    split: list[SplitPart]
    labels: tuple[LabelScores, ...] = ()
    actors: tuple[ActorScores, ...] = ()
    encoders: list[str]
    decoder: Decoder | None = None
    index_sha256: str
    versions: dict[str, str] = Field(default_factory=dict)
    execution: Execution | None = None
    n_kept: float | None = None


def read_metrics(run: RunFolder) -> RunMetrics:
    """The metrics of a run of `train` or `cv`, or of an arm.

    Raises:
        ArtefactError: If `metrics.json` is missing or damaged.
    """
    metrics = read_json(run.path / "metrics.json", RunMetrics, fix=MAKE_AGAIN)
    run.check("metrics.json")
    return metrics
