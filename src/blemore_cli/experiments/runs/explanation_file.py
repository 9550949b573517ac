"""Schema of `explain/explain.json`: which encoders a run selects, and whether the gate is right."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, model_validator

from blemore_cli.core.choices import Selection, TopN
from blemore_cli.core.types import Bools, Floats, Ints, Strings
from blemore_cli.evaluation.gate_quality.deletion_curves import ORDERS, DeletionCurves
from blemore_cli.evaluation.gate_quality.gate_precision import GatePrecision
from blemore_cli.evaluation.gate_quality.stability import Stability
from blemore_cli.experiments.runs.artefact import Artefact, Figure, read_with_checksum
from blemore_cli.experiments.runs.predictors_record import Predictors

EXPLANATION: Final = Path("explain") / "explain.json"

AGAIN: Final = "Run `blemore explain` again for this run."

ByEncoder = dict[str, Figure]
"""A figure of each of the E encoders by its name, NaN where no clip has the encoder."""


class SelectionShares(Artefact):
    """How often each encoder is kept for the clips that have it, in [0, 1].

    Attributes:
        all: Out of fold.
        test: For the test clips, all models; None without any.
        by_set: Out of fold by emotion set.
        by_kind: Out of fold by single and blend.
        by_actor: Out of fold by actor.
        n_clips: Clips out of fold of each emotion set; not in the file.
    """

    all: ByEncoder
    test: ByEncoder | None
    by_set: dict[str, ByEncoder]
    by_kind: dict[str, ByEncoder]
    by_actor: dict[str, ByEncoder]
    n_clips: dict[str, int] = Field(default_factory=dict, exclude=True)


class AloneFigures(Artefact):
    """What each encoder is worth alone, out of fold.

    Attributes:
        log_loss: Mean cross-fitted loss in nats of the clips that have it.
        share: Share of these clips for which it is among the n most useful.
    """

    log_loss: ByEncoder
    share: ByEncoder


class ExtractionCost(Artefact):
    """Score against the number of encoders that must be extracted for a clip.

    Attributes:
        n: Encoders kept, 1 to E.
        score: Score, mean over seeds.
        n_computed: Encoders extracted, mean over clips and seeds.
    """

    n: tuple[int, ...]
    score: tuple[float, ...]
    n_computed: tuple[float, ...]

    @model_validator(mode="after")
    def _check_lengths(self) -> Self:
        if not len(self.n) == len(self.score) == len(self.n_computed):
            raise ValueError("must have curves of equal length")
        return self


class OracleScore(Artefact):
    """Score with the n most useful encoders of each clip, that of the run, and the interval of the difference."""

    score: float
    gate_score: float
    ci95: tuple[float, float] | None


class PlantedAgreement(Artefact):
    """Agreement with the planted answer.

    Attributes:
        precision: Share of the selected encoders that carry the clip's label, out of fold.
        chance: That share for a selection without knowledge.
        test_precision: The same for the test clips; None without any.
        useful_precision: Share of the n most useful encoders that carry the clip's label: how well usefulness itself
            finds the answer.
    """

    precision: float
    chance: float
    test_precision: float | None
    useful_precision: float


def _flat(curves: DeletionCurves) -> dict[str, Any]:
    """The curves of Score by their names, and those of the loss below `log_loss`."""
    return {
        "n_removed": curves.n_removed,
        **{str(order): curve for order, curve in curves.score.items()},
        "area": curves.area,
        "area_ci95": curves.area_ci95,
        "log_loss": {**curves.log_loss, "area": curves.log_loss_area},
    }


def _nested(content: Any) -> Any:
    if not isinstance(content, dict) or not isinstance(losses := content.get("log_loss"), dict):
        return content
    score = {order: content.get(order) for order in ORDERS}
    loss = {order: losses.get(order) for order in ORDERS}
    return {**content, "score": score, "log_loss": loss, "log_loss_area": losses.get("area")}


def _equally_long(curves: DeletionCurves) -> DeletionCurves:
    n = len(curves.n_removed)
    if not n or any(len(curve) != n for curve in (*curves.score.values(), *curves.log_loss.values())):
        raise ValueError("must have curves of equal length")
    return curves


Deletion = Annotated[DeletionCurves, BeforeValidator(_nested), AfterValidator(_equally_long), PlainSerializer(_flat)]


class Explanation(Artefact):
    """Who was selected, when, and whether the gate was right.

    Attributes:
        rule: How encoders are kept, `model.selection`.
        top_n: The configured number.
        protocol: Protocol of the run.
        standardize: `person` where features were standardised within each person, which is transductive.
        n_clips: Clips out of fold.
        n_actors: Actors of these.
        entropy: Of the gate, as a share of the most that it can be, mean over clips; None with one encoder.
        n_kept: Mean number of encoders kept.
        gate_view: Encoders that the gate reads; nothing if it reads each that it scores.
        selection: How often each encoder is kept.
        stability: Between models that differ in their fold, on the test clips, and in their seed, on all clips; None
            where there are no two.
        agreement: Whether the selected encoders are the most useful ones.
        alone: What each encoder is worth alone.
        deletion: Predictions with encoders removed; None with a single encoder.
        cost: Score against the number of encoders extracted.
        regret: Score that knowing the n most useful encoders would add.
        oracle: The two Scores whose difference is the regret.
        verdict: All of it in a sentence.
        planted: Agreement with the planted answer, if there is one.
        predictors: Which columns carry the prediction, where `--predictors` asked for it.
    """

    run: str
    rule: Selection
    top_n: TopN
    protocol: str
    standardize: str
    n_clips: int
    n_actors: int
    entropy: float | None
    n_kept: float
    encoders: tuple[str, ...]
    gate_view: tuple[str, ...]
    seeds: tuple[int, ...]
    selection: SelectionShares
    stability: dict[str, Stability | None]
    agreement: GatePrecision
    alone: AloneFigures
    deletion: Deletion | None = Field(validation_alias="faithfulness", serialization_alias="faithfulness")
    cost: ExtractionCost = Field(validation_alias="compute", serialization_alias="compute")
    regret: float
    oracle: OracleScore
    verdict: str
    planted: PlantedAgreement | None
    predictors: Predictors | None = None


@dataclass(frozen=True)
class ClipSelections:
    """A row for each clip out of fold and seed, R in all.

    Attributes:
        filename: (R,).
        fold: (R,).
        seed: (R,).
        selected: (R, E) the encoders that the gate is judged by.
        usefulness: (R, E) log-likelihood of the label from that encoder alone in nats, NaN where absent.
        soundness: (R, E) posterior soundness where evidence is fused, NaN where absent; None with a gate.
    """

    filename: Strings
    fold: Ints
    seed: Ints
    selected: Bools
    usefulness: Floats
    soundness: Floats | None = None


def read_explanation(run: Path) -> Explanation | None:
    """Reads `explain/explain.json` of a run folder; None where nothing was explained.

    Raises:
        ArtefactError: If the file is damaged, or of a version that had other keys.
    """
    return read_with_checksum(run / EXPLANATION, Explanation, fix=AGAIN)
