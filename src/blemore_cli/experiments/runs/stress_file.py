"""Schema of `stress/stress.json`: Score and gate precision of a run when encoders fail."""

from pathlib import Path
from typing import Final

from blemore_cli.core.choices import FailureKind, Standardize
from blemore_cli.experiments.runs.artefact import Artefact, Figure, read_with_checksum

STRESS: Final = Path("stress") / "stress.json"

AGAIN: Final = "Run `blemore stress` again for this run."

Interval = tuple[Figure, Figure] | None


class StressResult(Artefact):
    """One arm under one kind of failure.

    Attributes:
        kind: How encoders fail.
        share: Share of the clips for which each encoder fails, in [0, 1].
        arm: Name of the arm; of a run without arms, that of the run.
        also_trained: Whether the models were trained with the same failures in their training clips.
        score: Score of the pooled out-of-fold predictions, mean over seeds.
        ci95: Its 95 % CI over actors.
        drop: Score minus that of the arm without failures, on the same clips.
        drop_ci95: Its interval over actors; None with fewer than two.
        gain: Score minus that of the first arm, trained alike, under the same failures; None for that arm.
        gain_ci95: Its interval over actors.
        n_failed: Mean number of failed encoders of a clip.
        precision: Share of the kept encoders that are sound; None where no encoder failed or none is selected.
        precision_ci95: Its interval.
        chance: The precision of a random selection.
        recall: Share of the sound encoders that are kept.
        recall_ci95: Its interval.
        auc: Share of the pairs of a sound and a failed encoder of a clip that the gate ranks right.
        auc_ci95: Its interval.
    """

    kind: FailureKind
    share: float
    arm: str
    also_trained: bool
    score: float
    ci95: tuple[Figure, Figure]
    drop: float
    drop_ci95: Interval
    gain: float | None
    gain_ci95: Interval
    n_failed: float
    precision: float | None
    precision_ci95: Interval
    chance: float | None
    recall: float | None
    recall_ci95: Interval
    auc: float | None
    auc_ci95: Interval

    @property
    def line(self) -> str:
        """The name of the models, which a line of a figure shows."""
        return f"{self.arm}, trained with failures" if self.also_trained else self.arm


class Stress(Artefact):
    """A run when encoders fail.

    Attributes:
        protocol: Protocol of the run.
        standardize: Groups that features were standardised within, which hold the corrupted features.
        encoders: Encoders that may fail.
        n_encoders: Number of encoders of an arm at most.
        seed: Seed of the failures.
        seeds: Seeds of the models.
        n_clips: Clips out of fold.
        n_actors: Actors of these.
        results: By kind, share and arm.
        sentences: Conclusions at the largest share: of the first arm against the others, then of each kind and arm.
    """

    run: str
    protocol: str
    standardize: Standardize
    encoders: tuple[str, ...]
    n_encoders: int
    seed: int
    seeds: tuple[int, ...]
    n_clips: int
    n_actors: int
    results: tuple[StressResult, ...]
    sentences: tuple[str, ...]

    @property
    def kinds(self) -> list[FailureKind]:
        """The kinds of failure, in order."""
        return list(dict.fromkeys(result.kind for result in self.results))

    @property
    def lines(self) -> list[str]:
        """The names of the models, in order."""
        return list(dict.fromkeys(result.line for result in self.results))

    def curve(self, kind: FailureKind, line: str) -> list[StressResult]:
        """The results of some models under one kind, in the order of the share."""
        rows = [result for result in self.results if (result.kind, result.line) == (kind, line)]
        return sorted(rows, key=lambda result: result.share)


def read_stress(run: Path) -> Stress | None:
    """Reads `stress/stress.json` of a run folder; None where there is none.

    Raises:
        ArtefactError: If the file is damaged, or of a version that had other keys.
    """
    return read_with_checksum(run / STRESS, Stress, fix=AGAIN)
