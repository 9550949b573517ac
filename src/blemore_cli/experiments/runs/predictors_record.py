"""Schema of `predictors` in `explain/explain.json`: which columns of the encoders carry the prediction."""

from blemore_cli.core.choices import PredictorKind
from blemore_cli.experiments.runs.artefact import Artefact, Figure

Interval = tuple[Figure, Figure] | None


class PredictorImportance(Artefact):
    """What one group of columns carries; differences are positive where it carries something.

    Attributes:
        name: Name of the group.
        kind: By what its columns belong together.
        encoders: The encoders that have a part in it.
        n_columns: Number of its columns, all statistics and encoders together.
        drop: Score minus that with the group shuffled within actors.
        drop_ci95: Its 95 % CI over actors; None with fewer than two.
        p_value: Of sign flips over actors; None where no clip is predicted otherwise.
        p_adjusted: The same after Holm's correction over the groups.
        loss_rise: Mean log loss in nats with the group shuffled minus that without.
        loss_rise_ci95: Its interval.
        loss_p_value: Its p-value.
        loss_p_adjusted: The same after Holm's correction.
        alone: Score with all other columns shuffled minus that with all shuffled.
        alone_ci95: Its interval.
        alone_loss_fall: Mean log loss with all columns shuffled minus that with all others shuffled.
        alone_loss_fall_ci95: Its interval.
    """

    name: str
    kind: PredictorKind
    encoders: tuple[str, ...]
    n_columns: int
    drop: float
    drop_ci95: Interval
    p_value: float | None
    p_adjusted: float | None
    loss_rise: float
    loss_rise_ci95: Interval
    loss_p_value: float | None
    loss_p_adjusted: float | None
    alone: float
    alone_ci95: Interval
    alone_loss_fall: float
    alone_loss_fall_ci95: Interval


class Predictors(Artefact):
    """Permutation importance of groups of columns on held-out clips.

    Attributes:
        group: The kind of group that was asked for; None where it follows from the names of columns.
        joint: Whether groups of the same name in several encoders are one.
        repeats: Shuffles of each seed's models.
        score: Score, mean over seeds.
        log_loss: Mean log loss in nats.
        shuffled_score: Score with all columns shuffled within actors.
        shuffled_log_loss: Its mean log loss.
        groups: The groups, those that the loss rises most without first.
        sentence: All of it in a sentence.
    """

    group: PredictorKind | None
    joint: bool
    repeats: int
    score: float
    log_loss: float
    shuffled_score: float
    shuffled_log_loss: float
    groups: tuple[PredictorImportance, ...]
    sentence: str
