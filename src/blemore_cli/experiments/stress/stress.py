"""Stress test: Score and gate detection of a run's arms when encoders fail for a share of the held-out clips."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from blemore_cli.core.choices import FailureKind
from blemore_cli.core.rng import numpy_generator
from blemore_cli.core.types import Bools
from blemore_cli.data.index.feature_table import FeatureTable, standardised
from blemore_cli.data.index.file import Index, read_index
from blemore_cli.evaluation.encoder_failure.failure_sentence import FailureScores, failure_sentence
from blemore_cli.evaluation.encoder_failure.gate_detection import GateDetection, gate_detection
from blemore_cli.evaluation.scoring.correct_counts import actor_index, correct_counts
from blemore_cli.evaluation.statistics.actor_bootstrap import ScoreDifference, score_difference, score_intervals
from blemore_cli.evaluation.statistics.reference_sentence import Verdict, interval_verdict, reference_sentence
from blemore_cli.experiments.execution.scheduler import Progress
from blemore_cli.experiments.inference.fold_models import load_models, model_folders
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.experiments.runs.stress_file import Stress, StressResult
from blemore_cli.experiments.stress.also_trained import also_trained_run, train_with_failures
from blemore_cli.experiments.stress.arms import StressedArm, check_failing_encoders, left_out_note, stressed_arms
from blemore_cli.experiments.stress.corrupted_table import Condition, in_memory, raw_table, with_failures
from blemore_cli.experiments.stress.held_out import HeldOut, held_out
from blemore_cli.training.checkpoint import Checkpoint
from blemore_cli.training.device import limit_threads


@dataclass(frozen=True)
class StressPlan:
    """What a stress test does.

    Attributes:
        kinds: How encoders fail, one after another.
        shares: Shares of the clips for which each fails, in [0, 1].
        encoders: Encoders that may fail; all where empty.
        seed: Seed of the failures.
        also_train: Whether models are trained with the failures, too.
    """

    kinds: tuple[FailureKind, ...]
    shares: tuple[float, ...]
    encoders: tuple[str, ...] = ()
    seed: int = 0
    also_train: bool = False

    @property
    def conditions(self) -> list[Condition]:
        """All failures, in order; a share of 0 is one for each kind."""
        return [Condition(kind, share, self.encoders, self.seed) for kind in self.kinds for share in self.shares]


@dataclass(frozen=True)
class _Subject:
    """An arm with its loaded models, and what they predict without failures."""

    arm: StressedArm
    models: list[Checkpoint]
    unbroken: HeldOut


@dataclass(frozen=True)
class _Outcome:
    """What an arm predicts under failures, and (N, E) what failed."""

    condition: Condition
    subject: _Subject
    held: HeldOut
    failed: Bools
    also_trained: bool


@dataclass(frozen=True)
class _Training:
    """Where models are trained with failures; nowhere without a run."""

    run: RunFolder | None
    index: Index
    progress: Progress


def run_stress(run: RunFolder, index_path: Path, plan: StressPlan, *, root: Path, progress: Progress) -> Stress:
    """Breaks encoders for a share of the clips that the fold models of a run left out, and predicts these again.

    Args:
        run: A finished run, or an arm of one.
        index_path: The index that it was trained on, wherever it is now.
        plan: What fails.
        root: Folder of all runs, where models are kept that are trained with failures.
        progress: Called with the name of the work, what is done of it, and all of it.

    Raises:
        UsageError: If the run has one encoder alone, or the plan names others than the run has.
        ArtefactError: If the index or a checkpoint is missing, damaged, or does not fit.
    """
    index = read_index(index_path)
    arms = stressed_arms(run, index)
    check_failing_encoders(arms, plan.encoders)
    limit_threads(arms[0].config.train.threads)
    trained = also_trained_run(root, run) if plan.also_train else None
    subjects: list[_Subject] = []
    results: list[StressResult] = []
    reference: dict[tuple[Condition, bool], HeldOut] = {}
    n_predictions = len(arms) * len(plan.conditions)
    for key in dict.fromkeys(arm.table_key for arm in arms):
        raw = raw_table(index, *key)
        of_key = [_subject(arm, _read(raw, arm)) for arm in arms if arm.table_key == key]
        subjects += of_key
        for outcome in _outcomes(of_key, raw, plan, _Training(trained, index, progress)):
            of_first = reference.setdefault((outcome.condition, outcome.also_trained), outcome.held)
            results.append(_result(outcome, of_first))
            progress("predictions", sum(not row.also_trained for row in results), n_predictions)
    return _summary(run, plan, subjects, results)


def _read(raw: FeatureTable, arm: StressedArm) -> FeatureTable:
    """The table as the models of an arm read it, in memory."""
    return in_memory(standardised(raw, arm.config.train.standardize))


def _subject(arm: StressedArm, table: FeatureTable) -> _Subject:
    models = load_models(model_folders(arm.run), table)
    return _Subject(arm, models, held_out(models, table, arm.config))


def _outcomes(
    subjects: Sequence[_Subject], raw: FeatureTable, plan: StressPlan, training: _Training
) -> Iterator[_Outcome]:
    """The outcomes of arms that read the same features."""
    for condition in plan.conditions:
        table, failed = with_failures(raw, condition)
        read = _read(table, subjects[0].arm) if failed.any() else None
        for subject in subjects:
            held = subject.unbroken if read is None else held_out(subject.models, read, subject.arm.config)
            rows = np.isin(raw.clips.filename, held.clips.filename)
            yield _Outcome(condition, subject, held, failed[rows], also_trained=False)
            if training.run and condition.share:
                held = train_with_failures(
                    subject.arm, table, condition, training.run, training.index, training.progress
                )
                yield _Outcome(condition, subject, held, failed[rows], also_trained=True)


def _result(outcome: _Outcome, of_first: HeldOut) -> StressResult:
    held, subject, failed = outcome.held, outcome.subject, outcome.failed
    clips = held.clips
    counts = correct_counts(actor_index(clips), clips.label, held.label)
    drop, gain = _against(held, subject.unbroken), None if held is of_first else _against(held, of_first)
    detection = gate_detection(
        clips, held.readable & ~failed, held.readable & failed, kept=held.kept, ranking=held.ranking
    )
    return StressResult(
        kind=outcome.condition.kind,
        share=outcome.condition.share,
        arm=subject.arm.name,
        also_trained=outcome.also_trained,
        score=drop.a,
        ci95=score_intervals(counts, generator=numpy_generator(0, "actor bootstrap"))["score"],
        drop=drop.difference,
        drop_ci95=drop.ci95,
        gain=None if gain is None else gain.difference,
        gain_ci95=None if gain is None else gain.ci95,
        n_failed=float(failed.sum(axis=1).mean()),
        **vars(detection),
    )


def _against(held: HeldOut, other: HeldOut) -> ScoreDifference:
    """Score of some predictions minus that of others of the same clips."""
    return score_difference(held.clips, held.label, other.label, generator=numpy_generator(0, "stress"))


def _summary(run: RunFolder, plan: StressPlan, subjects: Sequence[_Subject], results: Sequence[StressResult]) -> Stress:
    arms, clips = [subject.arm for subject in subjects], subjects[0].unbroken.clips
    places = {result: place for place, result in enumerate(dict.fromkeys((c.kind, c.share) for c in plan.conditions))}
    ordered = sorted(results, key=lambda row: places[row.kind, row.share])
    config = arms[0].config
    return Stress(
        run=run.name,
        protocol=config.train.protocol,
        standardize=config.train.standardize,
        encoders=tuple(plan.encoders) or tuple(sorted({name for arm in arms for name in arm.encoders})),
        n_encoders=max(len(arm.encoders) for arm in arms),
        seed=plan.seed,
        seeds=tuple(sorted({model.seed for subject in subjects for model in subject.models})),
        n_clips=len(clips),
        n_actors=len(np.unique(clips.actor)),
        results=tuple(ordered),
        sentences=(*_sentences(_at_largest_share(ordered), arms[0].name), *left_out_note(run, arms)),
    )


def _at_largest_share(results: Sequence[StressResult]) -> list[StressResult]:
    largest = max(result.share for result in results)
    return [result for result in results if result.share == largest > 0]


def _sentences(results: Sequence[StressResult], reference: str) -> Iterator[str]:
    """What the reference arm is not better than comes first."""
    verdicts: dict[str, dict[str, Verdict]] = {}
    for result in results:
        if result.gain is not None and not result.also_trained:
            verdicts.setdefault(result.arm, {})[result.kind] = interval_verdict(result.gain_ci95)
    if verdicts:
        yield f"with failures for {100 * results[0].share:g} % of the clips, {reference_sentence(reference, verdicts)}"
    yield from (_sentence(result, reference) for result in results)


def _sentence(result: StressResult, reference: str) -> str:
    scores = FailureScores(**{name.name: getattr(result, name.name) for name in fields(FailureScores)})
    detection = GateDetection(**{name.name: getattr(result, name.name) for name in fields(GateDetection)})
    start = f"{result.line}, {result.kind} for {100 * result.share:g} % of the clips of each encoder"
    alike = f"{reference}, trained alike," if result.also_trained else reference
    return failure_sentence(start, scores, detection, reference=alike)
