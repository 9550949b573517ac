"""Predictions, figures and logs of a run, read from its folder and aligned with the true labels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import ArtefactError, listed
from blemore_cli.core.types import Bools, Clips, Floats, Ints, Predictions
from blemore_cli.data.index.file import Index
from blemore_cli.evaluation.domain_shift.shift import Shift
from blemore_cli.evaluation.scoring.score_summary import seed_summary
from blemore_cli.experiments.runs.ablation_file import Ablation, read_ablation
from blemore_cli.experiments.runs.explanation_file import Explanation, read_explanation
from blemore_cli.experiments.runs.folder import ARMS, RunFolder
from blemore_cli.experiments.runs.metrics import RunMetrics, read_metrics
from blemore_cli.experiments.runs.persons_file import PersonsCost, read_persons
from blemore_cli.experiments.runs.shift_file import for_test_clips, read_run_shifts
from blemore_cli.experiments.runs.stress_file import Stress, read_stress
from blemore_cli.experiments.runs.tables import KEYS, LOG, Records, read_log, read_oof, read_soundness, read_weights

ROUNDING: Final = 1e-6


@dataclass(frozen=True)
class LoadedModel:
    """One model over its seeds: a run of `train` or `cv`, or an arm.

    Attributes:
        arm: Name of the arm; empty for a run without arms.
        clips: The N clips of the folds that were left out, in the order of the index.
        predicted: (S, N) decoded labels of S seeds.
        prob: (S, N, 36) probabilities.
        encoders: Names of the E encoders.
        weights: (S, N, E) fusion weights, 0 where an encoder was not selected.
        present: (N, E) which encoders a clip has.
        soundness: (S, N, E) posterior soundness, 0 where absent; None where the model does not fuse evidence.
        log: One record an epoch of each training.
        explanation: The result of `blemore explain`, if there is one.
        persons: The result of `blemore identify --cost-of`, if there is one.
    """

    run: str
    arm: str
    config: Config
    metrics: RunMetrics
    clips: Clips
    predicted: Ints
    prob: Floats
    encoders: tuple[str, ...]
    weights: Floats
    present: Bools
    log: Records
    explanation: Explanation | None
    soundness: Floats | None = None
    persons: PersonsCost | None = None

    @property
    def name(self) -> str:
        """The run, and the arm where there are several."""
        return f"{self.run} · {self.arm}" if self.arm else self.run


@dataclass(frozen=True)
class LoadedRun:
    """One run with all its models, the reference first, and the comparison of its arms, where it has some.

    Attributes:
        shifts: Shift of each encoder for the test clips, where the run measured it.
        stress: The result of `blemore stress`, if there is one.
    """

    run: RunFolder
    models: tuple[LoadedModel, ...]
    ablation: Ablation | None
    shifts: Mapping[str, Shift]
    stress: Stress | None = None

    @property
    def main(self) -> LoadedModel:
        """The model that detailed figures show."""
        return self.models[0]


def read_run(run: RunFolder, index: Index) -> LoadedRun:
    """Reads a finished run, beside the true labels of its index.

    Raises:
        ArtefactError: If an artefact is missing or damaged, or does not fit the truth.
    """
    if not run.has_arms:
        model = _read_model(run, "", index, read_explanation(run.path))
        return LoadedRun(run, (model,), None, for_test_clips(read_run_shifts(run, index)), read_stress(run.path))
    ablation = read_ablation(run)
    models = []
    for arm in ablation.arms:
        folder = RunFolder(run.path / ARMS / arm.name)
        of_run = read_explanation(run.path) if arm.name == ablation.reference else None
        models.append(_read_model(folder, arm.name, index, read_explanation(folder.path) or of_run))
    if not models:
        raise ArtefactError(f"{run.path / 'metrics.json'} must name an arm, got none", fix="Run it again.")
    models.sort(key=lambda model: model.arm != ablation.reference)
    shifts = for_test_clips(read_run_shifts(run, index))
    return LoadedRun(run, tuple(models), ablation, shifts, read_stress(run.path))


def _read_model(folder: RunFolder, arm: str, index: Index, explanation: Explanation | None) -> LoadedModel:
    oof, gate = read_oof(folder.path / "oof.csv"), read_weights(folder.path / "gate_oof.csv")
    metrics = read_metrics(folder)
    if not all(np.array_equal(getattr(gate, key), getattr(oof, key)) for key in KEYS):
        raise _misfit(folder.path / "gate_oof.csv", "must have the rows of oof.csv")
    soundness = read_soundness(folder.path / "soundness_oof.csv", gate)
    rows, order = _alignment(oof, index.clips, folder.path / "oof.csv")
    clips, predicted = index.clips.take(rows), oof.label[order]
    score = seed_summary(clips, predicted).mean.score
    if abs(score - metrics.oof.score) > ROUNDING:
        raise _misfit(
            folder.path / "oof.csv",
            f"must have the Score in metrics.json against the index's labels, {metrics.oof.score:.4f}, got {score:.4f}",
        )
    return LoadedModel(
        run=folder.path.parent.parent.name if arm else folder.name,
        arm=arm,
        config=folder.config(),
        metrics=metrics,
        clips=clips,
        predicted=predicted,
        prob=oof.prob[order],
        encoders=gate.encoders,
        weights=gate.values[order],
        present=np.stack([index.present(name) for name in gate.encoders], axis=1)[rows],
        log=read_log(folder.path / LOG),
        explanation=explanation,
        soundness=None if soundness is None else soundness[order],
        persons=read_persons(folder.path),
    )


def _alignment(oof: Predictions, clips: Clips, path: Path) -> tuple[Ints, Ints]:
    """(N,) rows of the clips in the index, and (S, N) rows of the predictions of each seed for them."""
    row = {str(name): i for i, name in enumerate(clips.filename) if clips.label[i] >= 0}
    unknown = [str(name) for name in oof.filename if str(name) not in row]
    if unknown:
        raise _misfit(path, f"must predict labelled clips of the index, got {listed(list(dict.fromkeys(unknown)))}")
    rows = np.array([row[str(name)] for name in oof.filename], dtype=np.int64)
    by_row = np.argsort(rows, kind="stable")
    per_seed = [by_row[oof.seed[by_row] == seed] for seed in np.unique(oof.seed)]
    first = rows[per_seed[0]] if per_seed else np.array([], dtype=np.int64)
    if not len(first) or any(not np.array_equal(rows[of_seed], first) for of_seed in per_seed):
        raise _misfit(path, "must hold the same clips, one at least, for every seed")
    return first, np.stack(per_seed)


def _misfit(path: Path, problem: str) -> ArtefactError:
    return ArtefactError(f"{path} {problem}", fix="Restore the run's files and its index, or train again.")


def all_models(runs: Sequence[LoadedRun]) -> list[LoadedModel]:
    """Every model of every run, in order."""
    return [model for run in runs for model in run.models]
