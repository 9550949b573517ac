"""What `blemore explain` found of a run, and the JSON that the report reads."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from blemore_cli.core.choices import Selection, TopN
from blemore_cli.core.types import Bools, Floats, Ints, Strings
from blemore_cli.evaluation.gate_quality.deletion_curves import DeletionCurves
from blemore_cli.evaluation.gate_quality.gate_precision import GatePrecision
from blemore_cli.evaluation.gate_quality.stability import Stability
from blemore_cli.evaluation.statistics.score_difference import ScoreDifference
from blemore_cli.experiments.explaining.deletion import ExtractionCost
from blemore_cli.experiments.runs.artefact import finite

Groups = Mapping[str, Floats]
"""(E,) shares of each group of clips, by its name."""


@dataclass(frozen=True)
class Shares:
    """How often each of E encoders is kept for the clips that have it; (E,) shares in [0, 1], NaN where none has it.

    Attributes:
        all: Out of fold.
        test: For the test clips, all models; None without any.
        by_set: Out of fold by emotion set.
        by_kind: Out of fold by single and blend.
        by_actor: Out of fold by actor.
        n_clips: Clips out of fold of each emotion set.
    """

    all: Floats
    test: Floats | None
    by_set: Groups
    by_kind: Groups
    by_actor: Groups
    n_clips: Mapping[str, int]


@dataclass(frozen=True)
class Alone:
    """What each of E encoders is worth alone, out of fold.

    Attributes:
        log_loss: (E,) mean cross-fitted loss in nats of the clips that have it, NaN where none has it.
        share: (E,) share of these clips for which it is among the n most useful.
    """

    log_loss: Floats
    share: Floats


@dataclass(frozen=True)
class PlantedAgreement:
    """GatePrecision with the planted answer, where there is one.

    Attributes:
        precision: Share of the picks that carry the clip's label, out of fold.
        chance: That share for picks without knowledge.
        test_precision: The same for the test clips; None without any.
        useful_precision: Share of the n most useful encoders that carry the clip's label: how well usefulness itself
            finds the answer.
    """

    precision: float
    chance: float
    test_precision: float | None
    useful_precision: float


@dataclass(frozen=True)
class ClipPicks:
    """A row for each clip out of fold and seed, in long form of length R.

    Attributes:
        filename: (R,).
        fold: (R,).
        seed: (R,).
        picks: (R, E) what the gate picks.
        usefulness: (R, E) log-likelihood of the label from that encoder alone in nats, NaN where absent.
    """

    filename: Strings
    fold: Ints
    seed: Ints
    picks: Bools
    usefulness: Floats


@dataclass(frozen=True)
class Explanation:
    """Who was selected, when, and whether the gate was right.

    Attributes:
        run: Name of the run.
        encoders: The E encoders.
        rule: How encoders are kept, `model.selection`.
        top_n: The configured number.
        gate_view: Encoders that the gate reads; nothing if it reads each that it scores.
        protocol: Protocol of the run.
        standardize: `person` where features were standardised within each person, which is transductive.
        seeds: The S seeds.
        n_clips: Clips out of fold.
        n_actors: Actors of these.
        selection: How often each encoder is kept.
        entropy: Of the gate, as a share of the most that it can be, mean over clips; None with one encoder.
        n_kept: Mean number of encoders kept.
        stability: Between models that differ in their fold, on the test clips, and in their seed, on all clips; None
            where there are no two.
        agreement: Whether the picks are the most useful encoders.
        alone: What each encoder is worth alone.
        faithfulness: Predictions with encoders removed; None with a single encoder.
        compute: Score against the number of encoders extracted.
        oracle: Score with the n most useful encoders of each clip, that of the run, and the difference, the regret.
        verdict: All of it in a sentence.
        planted: GatePrecision with the planted answer, if there is one.
        clips: Picks and usefulness clip by clip.
    """

    run: str
    encoders: tuple[str, ...]
    rule: Selection
    top_n: TopN
    gate_view: tuple[str, ...]
    protocol: str
    standardize: str
    seeds: tuple[int, ...]
    n_clips: int
    n_actors: int
    selection: Shares
    entropy: float | None
    n_kept: float
    stability: dict[str, Stability | None]
    agreement: GatePrecision
    alone: Alone
    faithfulness: DeletionCurves | None
    compute: ExtractionCost
    oracle: ScoreDifference
    verdict: str
    planted: PlantedAgreement | None
    clips: ClipPicks

    @property
    def regret(self) -> float:
        """Score that knowing the n most useful encoders would add."""
        return self.oracle.difference

    def as_json(self) -> dict[str, Any]:
        """What `explain.json` holds; figures that do not exist are null, never NaN."""
        plain = ("run", "rule", "top_n", "protocol", "standardize", "n_clips", "n_actors", "entropy", "n_kept")
        named = {
            **{key: getattr(self, key) for key in plain},
            "encoders": list(self.encoders),
            "gate_view": list(self.gate_view),
            "seeds": list(self.seeds),
            "selection": self._selection(),
            "stability": {kind: found and asdict(found) for kind, found in self.stability.items()},
            "agreement": asdict(self.agreement),
            "alone": {"log_loss": self._named(self.alone.log_loss), "share": self._named(self.alone.share)},
            "faithfulness": self.faithfulness and _curves(self.faithfulness),
            "compute": asdict(self.compute),
            "regret": self.regret,
            "oracle": {"score": self.oracle.a, "gate_score": self.oracle.b, "ci95": self.oracle.ci95},
            "verdict": self.verdict,
            "planted": self.planted and asdict(self.planted),
        }
        content: dict[str, Any] = finite(named)
        return content

    def _selection(self) -> dict[str, Any]:
        shares = self.selection
        groups = {"by_set": shares.by_set, "by_kind": shares.by_kind, "by_actor": shares.by_actor}
        return {
            "all": self._named(shares.all),
            "test": None if shares.test is None else self._named(shares.test),
            **{kind: {name: self._named(each) for name, each in group.items()} for kind, group in groups.items()},
        }

    def _named(self, values: Floats) -> dict[str, float]:
        return dict(zip(self.encoders, np.asarray(values, dtype=float).tolist(), strict=True))


def _curves(found: DeletionCurves) -> dict[str, Any]:
    """The curves of Score by their names, and those of the loss below `log_loss`."""
    return {
        "n_removed": found.n_removed,
        **{str(order): curve for order, curve in found.score.items()},
        "area": found.area,
        "area_ci95": found.area_ci95,
        "log_loss": {**found.log_loss, "area": found.log_loss_area},
    }
