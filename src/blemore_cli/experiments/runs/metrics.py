"""What a report needs of a run's `metrics.json`, checked; keys that it does not know are left alone."""

from pydantic import BaseModel, ConfigDict, ValidationError

from blemore_cli.core.errors import ArtefactError
from blemore_cli.experiments.runs.folder import RunFolder


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class PooledScores(_Part):
    """Official figures of all out-of-fold predictions: mean over seeds, spread over them, interval over actors."""

    presence: float
    salience: float
    score: float
    std: float | None = None
    ci95: tuple[float | None, float | None] = (None, None)


class FoldResult(_Part):
    """Official figures of one fold, mean over seeds, and the epochs of its models, one number a seed."""

    fold: int
    n: int
    presence: float
    salience: float
    score: float
    n_epochs: list[int | None] = []


class SplitPart(_Part):
    """Who and what is in one fold."""

    fold: int
    n_actors: int
    n_clips: int
    n_singles: int
    n_blends: int


class RunMetrics(_Part):
    """The figures of one model over its seeds."""

    protocol: str
    oof: PooledScores
    averaged: PooledScores | None = None
    folds: list[FoldResult]
    seeds: list[int]
    n_clips: int
    n_actors: int
    split: list[SplitPart]
    encoders: list[str]
    index_sha256: str
    versions: dict[str, str] = {}


def read_metrics(run: RunFolder) -> RunMetrics:
    """The metrics of a run of `train` or `cv`, or of an arm.

    Raises:
        ArtefactError: If `metrics.json` is missing or damaged.
    """
    try:
        return RunMetrics.model_validate(run.metrics())
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        raise ArtefactError(
            f"{run.path / 'metrics.json'} must hold the metrics of a run, and {key} does not fit: {first['msg']}",
            fix="Restore it, or train again.",
        ) from error
