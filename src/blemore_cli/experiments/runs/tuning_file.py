"""Schema of a search's `trials.json` and `metrics.json`: what was tried, and what the outer folds say of the choice."""

import math
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

from pydantic import BeforeValidator

from blemore_cli.core.choices import Sampler
from blemore_cli.core.validation import read_json
from blemore_cli.evaluation.statistics.comparison import PairedComparison
from blemore_cli.experiments.runs.ablation_file import with_interval
from blemore_cli.experiments.runs.artefact import Artefact, Figure
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.experiments.runs.metrics import PooledScores

TRIALS: Final = "trials.json"


class InnerFigures(Artefact):
    """What the inner folds of an outer fold say of a trial, mean over seeds.

    Attributes:
        loss: Mean loss in nats at the number of epochs that they choose.
        score: Score in [0, 1] at this number, with the thresholds that they choose.
    """

    loss: float
    score: float


class TrialResult(Artefact):
    """One trial on the inner folds alone.

    Attributes:
        number: Its place in the sequence, from 0, which changes nothing.
        settings: Dotted keys that it changes, with their values.
        folds: The figures by outer fold; empty where training failed.
        fold: The outer fold that it was proposed for; None for all.
        failed: Why training failed; empty where it did not.
    """

    number: int
    settings: dict[str, Any]
    folds: dict[int, InnerFigures]
    fold: int | None = None
    failed: str = ""

    @property
    def loss(self) -> float:
        """Mean loss over all outer folds; infinite where training failed."""
        return _mean([figures.loss for figures in self.folds.values()])

    @property
    def score(self) -> float:
        """Mean Score over all outer folds; NaN where training failed."""
        return _mean([figures.score for figures in self.folds.values()], empty=math.nan)

    def loss_of(self, fold: int) -> float:
        """The loss for an outer fold; infinite where training failed."""
        return self.folds[fold].loss if fold in self.folds else math.inf


class TrialResults(Artefact):
    """All trials of a search, of one space.

    Attributes:
        space: What each key may be, as in the file of a space.
        seeds: Seeds of every trial.
        sampler: What the trials come from, `sobol` or `tpe`.
        trials: The trials that were made, in order.
    """

    space: dict[str, Any]
    seeds: tuple[int, ...]
    sampler: Sampler = "sobol"
    trials: tuple[TrialResult, ...] = ()


class FoldWinner(Artefact):
    """The trial that the inner folds of an outer fold choose, and what they say of it."""

    fold: int
    trial: int
    settings: dict[str, Any]
    inner_loss: float
    inner_score: float


class CurvePoint(Artefact):
    """The choice among the first trials: mean Score on the inner folds that chose, and Score on the outer folds."""

    n_trials: int
    inner_score: float
    score: float


class Tuning(Artefact):
    """Settings chosen by inner folds for each outer fold, and scored there once, beside those of the project.

    Attributes:
        trials: Number of trials that each outer fold chooses among, the project's settings among them.
        sampler: What the trials come from: `sobol`, the same for all folds, or `tpe`, proposed for each.
        best: Settings that the inner folds of all outer folds choose, for the test clips; they have no Score.
        inner_score: Their mean Score on the inner folds, which chose them: it is optimistic.
        winners: The choice of each outer fold.
        oof: Figures of the choice, each outer fold with its winner, mean over seeds.
        default: Figures of the project's settings on the same clips and seeds.
        tests: Paired comparison of the two.
        sentence: The comparison in words.
        curve: The choice among more and more trials.
        failed: Why trials failed, by their number.
    """

    run: str
    trials: int
    sampler: Sampler = "sobol"
    seeds: tuple[int, ...]
    n_clips: int
    n_actors: int
    space: dict[str, Any]
    best: dict[str, Any]
    inner_score: Figure
    winners: tuple[FoldWinner, ...]
    oof: PooledScores
    default: PooledScores
    tests: tuple[Annotated[PairedComparison, BeforeValidator(with_interval)], ...]
    sentence: str
    curve: tuple[CurvePoint, ...]
    failed: dict[int, str]

    @property
    def agree(self) -> bool:
        """Whether all outer folds choose the same trial."""
        return len({winner.trial for winner in self.winners}) == 1


def trials_of(trials: Sequence[TrialResult], fold: int) -> list[TrialResult]:
    """The trials that an outer fold may choose among: those of all folds, and those proposed for it."""
    return [trial for trial in trials if trial.fold in (None, fold)]


def read_trials(
    run: RunFolder, space: Mapping[str, Any], seeds: tuple[int, ...], sampler: Sampler = "sobol"
) -> TrialResults:
    """The trials that a run has made of a space with some seeds; none for a new run.

    Raises:
        ArtefactError: If the file is damaged.
    """
    path = run.path / TRIALS
    empty = TrialResults(space=dict(space), seeds=seeds, sampler=sampler)
    return read_json(path, TrialResults, fix="Delete it, then --resume.") if path.is_file() else empty


def _mean(values: list[float], *, empty: float = math.inf) -> float:
    return math.fsum(values) / len(values) if values else empty
