"""Search of settings: inner folds choose for each outer fold, which scores the choice once."""

import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import ArtefactError, UsageError, listed
from blemore_cli.core.files import write_json
from blemore_cli.core.parallel.backend import LOCAL, Backend
from blemore_cli.core.parallel.engine import Engine
from blemore_cli.core.parallel.engines import new_engine
from blemore_cli.core.types import Ints
from blemore_cli.data.index.file import Index
from blemore_cli.experiments.data_checks.trainable import chosen_folds
from blemore_cli.experiments.execution.arm_shift_weights import measured_shift_weights
from blemore_cli.experiments.execution.common_ground import common_ground, on_device
from blemore_cli.experiments.execution.plan import Arm
from blemore_cli.experiments.execution.scheduler import Progress, Scheduler
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.experiments.runs.start import settle_config, settle_device, settle_index, settle_slots
from blemore_cli.experiments.runs.tuning_file import TRIALS, TrialResult, TrialResults, Tuning, read_trials
from blemore_cli.experiments.tuning.design import SearchDesign, Trial
from blemore_cli.experiments.tuning.inner_figures import inner_figures
from blemore_cli.experiments.tuning.outer_figures import held_out_labels, judged
from blemore_cli.experiments.tuning.space import Options, Space, as_yaml_values, is_of_space
from blemore_cli.experiments.tuning.winners import most_trials, winner, winners_so_far
from blemore_cli.model.heads import HEADS
from blemore_cli.training.baselines.direct import FITTED_DIRECTLY

TRIAL_FOLDERS: Final = "trials"


@dataclass(frozen=True)
class _Search:
    """What trials are trained with, and where."""

    run: RunFolder
    index: Index
    engine: Engine
    seeds: tuple[int, ...]
    slots: int
    device: str
    progress: Progress

    @property
    def folds(self) -> tuple[int, ...]:
        return chosen_folds(self.index, ())

    def folds_of(self, trial: Trial) -> tuple[int, ...]:
        """The outer folds that a trial is for."""
        return self.folds if trial.fold is None else (trial.fold,)

    def arms(self, trials: Sequence[Trial], folds_of: Callable[[Trial], Sequence[int]]) -> list[Arm]:
        """An arm for each trial with some of the outer folds."""
        arms = [
            Arm(
                name=trial.name,
                config=trial.config,
                run=RunFolder(self.run.path / TRIAL_FOLDERS / trial.name),
                seeds=self.seeds,
                folds=tuple(folds_of(trial)),
                predicts_test=False,
            )
            for trial in trials
        ]
        for arm in arms:
            settle_config(arm.run, arm.config)
            arm.run.reopen()
        configs = [arm.config for arm in arms]
        weights = measured_shift_weights(configs, self.run, self.index, self.engine, partial(self.progress, "shift"))
        return [
            replace(arm, config=on_device(arm.config, self.device), shift_weights=of_arm)
            for arm, of_arm in zip(arms, weights, strict=True)
        ]

    def scheduler(self, arms: Sequence[Arm], what: str) -> Scheduler:
        return Scheduler(self.index, arms, self.engine, slots=self.slots, progress=partial(self.progress, what))


def run_tuning(
    run: RunFolder, design: SearchDesign, *, index: Index, progress: Progress, backend: Backend = LOCAL
) -> Tuning:
    """Tries settings on the inner folds, chooses for each outer fold, and scores the choices there.

    The run is not marked finished.

    Args:
        run: The run's folder; trials in it are kept.
        design: What is tried, in the nested protocol.
        index: The index.
        progress: Called with a name of the work, what is done of it, and all of it.
        backend: The engine, and the slots of a new run.

    Raises:
        ArtefactError: If the run was begun with another index, space or seeds, or another process is at work on it.
        BlemoreError: If the project's settings cannot be trained.
    """
    config = design.config
    with ExitStack() as held:
        held.enter_context(run.locked())
        settle_index(run, index.sha256)
        device = settle_device(run, config.train.device, is_here=backend.is_local)
        ground = common_ground(run, index, on_device(config, device), device)
        engine = held.enter_context(new_engine(config.train.jobs, backend, ground))
        slots = settle_slots(run, backend.slots, engine.default_slots)
        run.reopen()
        search = _Search(run, index, engine, design.seeds, slots, device, progress)
        results = _tried(search, design, settled_trials(run, design))
        results = _with_winners_on_all_folds(search, design, results)
        labels = _outer_labels(search, design, results.trials)
    tuning = judged(run, index.clips, results, labels)
    for trial in map(design.made, results.trials):
        shutil.rmtree(run.path / TRIAL_FOLDERS / trial.name / "inner", ignore_errors=True)
    return tuning


def check_searchable(config: Config, space: Space) -> None:
    """Refuses the protocol in which the outer folds themselves choose, and trials whose inner losses say nothing.

    Raises:
        ArtefactError: If heads are not registered.
        UsageError: If the protocol is `official`, if a family has no inner trainings, or if heads with a loss over the
            six emotions are among others with a loss over the permitted labels.
    """
    if config.train.protocol != "nested":
        raise UsageError(
            "a search chooses by inner folds, and train.protocol=official chooses by the fold that is scored",
            fix="Leave out --protocol official.",
        )
    if fitted := sorted({*_values(space, "model.family", config.model.family)} & set(FITTED_DIRECTLY)):
        raise UsageError(
            f"a search chooses by inner trainings, and model.family={fitted[0]} is fitted without any",
            fix="Leave it out; `blemore baseline` compares families.",
        )
    heads = _values(space, "model.heads", config.model.heads)
    if len({HEADS[name].n_outputs for name in heads}) > 1:
        raise UsageError(
            "a search chooses by a loss over the same outcomes, and of the six emotions it is smaller than of the 36 "
            f"labels whatever is learned, got model.heads {listed(heads)}",
            fix="Search heads over the emotions (softmax_emotions) in a run of their own, with --set model.heads.",
        )


def _values(space: Space, key: str, default: str) -> list[str]:
    """What a key is in some trial: the first trial has the project's."""
    part = space.get(key)
    return list(dict.fromkeys([default, *(map(str, part.values) if isinstance(part, Options) else ())]))


def settled_trials(run: RunFolder, design: SearchDesign) -> TrialResults:
    """The trials that a run has made; it keeps its space, seeds and sampler, and what it has made.

    Raises:
        ArtefactError: If it was begun with others, has more trials than are asked for, or its file is damaged.
    """
    space = as_yaml_values(design.space)
    results = read_trials(run, space, design.seeds, design.sampler)
    if (results.space, results.seeds, results.sampler) != (space, design.seeds, design.sampler):
        raise ArtefactError(
            f"a resumed search keeps its space, seeds and sampler, and {run.path / TRIALS} has others",
            fix="Resume with the same --space, --seeds and --sampler, or choose another --name.",
        )
    if wrong := [trial for trial in results.trials if not is_of_space(design.space, trial.settings)]:
        raise ArtefactError(
            f"{run.path / TRIALS}: a trial must have settings of the space, and trial {wrong[0].number} has others",
            fix="Restore it, or delete it and --resume.",
        )
    n_made, n_trials = most_trials(results.trials), max(design.n_trials, len(design.trials))
    if n_made > n_trials:
        raise ArtefactError(
            f"a resumed search keeps its trials, and {run.path / TRIALS} has {n_made}, got --trials {n_trials}",
            fix=f"Resume with --trials {n_made} or more, or choose another --name.",
        )
    return results


def _tried(search: _Search, design: SearchDesign, results: TrialResults) -> TrialResults:
    """The results with those of more trials, as many as there is time for, written batch by batch."""
    begun = time.monotonic()
    while batch := design.batch_after(results.trials):
        if design.seconds is not None and results.trials and time.monotonic() - begun >= design.seconds:
            break
        results = results.model_copy(update={"trials": (*results.trials, *_batch_results(search, batch))})
        write_json(search.run.path / TRIALS, results.as_json())
    return results


def _batch_results(search: _Search, batch: Sequence[Trial]) -> list[TrialResult]:
    arms = search.arms(batch, search.folds_of)
    waves = search.scheduler(arms, "trials").inner_waves()
    failed = {failure.arm: failure.error for failures in waves for failure in failures}
    if batch[0].number == 0 and batch[0].name in failed:
        raise failed[batch[0].name]
    return [
        TrialResult(
            number=trial.number,
            settings=trial.settings,
            fold=trial.fold,
            folds={} if arm.name in failed else inner_figures(arm, search.index.clips),
            failed=failed[arm.name].message if arm.name in failed else "",
        )
        for trial, arm in zip(batch, arms, strict=True)
    ]


def _with_winners_on_all_folds(search: _Search, design: SearchDesign, results: TrialResults) -> TrialResults:
    """The results with the figures of each fold's winner on all folds, among which the test clips' choice is made."""
    winners, n_folds = {winner(results.trials, fold) for fold in search.folds}, len(search.folds)
    unfinished = [trial for trial in results.trials if trial.number in winners and len(trial.folds) < n_folds]
    if not unfinished:
        return results
    whole = [design.made(trial)._replace(fold=None) for trial in unfinished]
    figures = {result.number: result.folds for result in _batch_results(search, whole)}
    trials = tuple(
        trial.model_copy(update={"folds": figures.get(trial.number) or trial.folds}) for trial in results.trials
    )
    results = results.model_copy(update={"trials": trials})
    write_json(search.run.path / TRIALS, results.as_json())
    return results


def _outer_labels(search: _Search, design: SearchDesign, results: Sequence[TrialResult]) -> dict[tuple[int, int], Ints]:
    """(S, N) labels of the clips of an outer fold, by trial and fold, of what was the choice after any trial."""
    folds_of = winners_so_far(results, search.folds)
    chosen = [design.made(result) for result in results if result.number in folds_of]
    arms = search.arms(chosen, lambda trial: folds_of[trial.number])
    for _, failures in search.scheduler(arms, "fold models").waves():
        for failure in failures:
            raise failure.error
    labels: dict[tuple[int, int], Ints] = {}
    for trial, arm in zip(chosen, arms, strict=True):
        of_folds = held_out_labels(arm, search.index)
        labels |= {(trial.number, fold): of_fold for fold, of_fold in of_folds.items()}
    return labels
