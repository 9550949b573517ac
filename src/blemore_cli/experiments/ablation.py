"""Ablation: arms compared with everything else held fixed, as folds, seeds, initial weights and batches."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial

import numpy as np

from blemore_cli.core.choices import KEEPS_ALL
from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import BlemoreError
from blemore_cli.core.parallel.backend import LOCAL, Backend
from blemore_cli.core.parallel.engine import Engine
from blemore_cli.core.parallel.engines import new_engine
from blemore_cli.core.parallel.task_outcome import Failed
from blemore_cli.core.rng import numpy_generator
from blemore_cli.data.index.file import Index
from blemore_cli.evaluation.statistics.comparison import PairedComparison, compare_arms
from blemore_cli.evaluation.statistics.comparison_sentence import comparison_sentence
from blemore_cli.evaluation.statistics.negative_control import negative_control_sentence
from blemore_cli.evaluation.statistics.reference_sentence import ablation_conclusion
from blemore_cli.experiments.data_checks.trainable import chosen_folds
from blemore_cli.experiments.execution.arm_shift_weights import measured_shift_weights
from blemore_cli.experiments.execution.arms import Difference, is_negative_control
from blemore_cli.experiments.execution.collect_results import ArmPredictions, collect_results
from blemore_cli.experiments.execution.common_ground import common_ground, on_device
from blemore_cli.experiments.execution.plan import Arm, is_trained
from blemore_cli.experiments.execution.scheduler import Progress, Scheduler
from blemore_cli.experiments.runs.ablation_file import Ablation, arm_result
from blemore_cli.experiments.runs.folder import ARMS, RunFolder
from blemore_cli.experiments.runs.start import settle_config, settle_device, settle_index, settle_slots

Differences = Mapping[str, Difference]
"""Dotted config keys that each arm changes, by the arm's name; the first arm is the reference."""


def run_ablation(
    configs: Mapping[str, Config],
    differences: Differences,
    run: RunFolder,
    *,
    index: Index,
    seeds: Sequence[int],
    progress: Progress,
    backend: Backend = LOCAL,
) -> Ablation:
    """Trains all arms and compares each with the first, the reference; an arm that failed is named.

    The run is not marked finished.

    Raises:
        ArtefactError: If an arm was begun with another configuration or the run with another index, or another process
            is at work on it.
        BlemoreError: If the reference failed: then there is nothing to compare with.
    """
    first = next(iter(configs.values()))
    with ExitStack() as held:
        held.enter_context(run.locked())
        settle_index(run, index.sha256)
        arms = _arms(configs, run, index, seeds)
        trains_here = backend.is_local and not (run.is_finished and is_trained(arms))
        device = settle_device(run, first.train.device, is_here=trains_here)
        arms = [replace(arm, config=on_device(arm.config, device)) for arm in arms]
        ground = common_ground(run, index, arms[0].config, device)
        engine = held.enter_context(new_engine(first.train.jobs, backend, ground))
        slots = settle_slots(run, backend.slots, engine.default_slots)
        for folder in (run, *(arm.run for arm in arms)):
            folder.reopen()
        weights = measured_shift_weights(list(configs.values()), run, index, engine, partial(progress, "shift"))
        arms = [replace(arm, shift_weights=of_arm) for arm, of_arm in zip(arms, weights, strict=True)]
        scheduler = Scheduler(index, arms, engine, slots=slots, progress=partial(progress, "trainings"))
        done, failed = _train(scheduler, engine, partial(collect_results, index=index, slots=slots))
    reference = arms[0].name
    if reference in failed:
        raise failed[reference]
    return _compared(arms, done, differences, run, failed)


def _arms(configs: Mapping[str, Config], run: RunFolder, index: Index, seeds: Sequence[int]) -> list[Arm]:
    """An arm for each configuration, in its own run folder below that of the ablation; its seeds begin with its own."""
    first = next(iter(configs.values()))
    arms = [
        Arm(
            name=name,
            config=config,
            run=RunFolder(run.path / ARMS / name),
            seeds=tuple(seed + config.train.seed - first.train.seed for seed in seeds),
            folds=chosen_folds(index, ()),
            predicts_test=False,
        )
        for name, config in configs.items()
    ]
    for arm in arms:
        settle_config(arm.run, arm.config)
    return arms


def _train(
    scheduler: Scheduler, engine: Engine, collect: Callable[[Arm], ArmPredictions]
) -> tuple[dict[str, ArmPredictions], dict[str, BlemoreError]]:
    """The predictions of the arms that succeeded, and the errors of the others, by their names."""
    done: dict[str, ArmPredictions] = {}
    failed: dict[str, BlemoreError] = {}
    for wave, failures in scheduler.waves():
        failed |= {failure.arm: failure.error for failure in reversed(failures)}
        trained = [arm for arm in wave if arm.name not in failed]
        for arm, outcome in zip(trained, engine.run(collect, trained), strict=True):
            if isinstance(outcome, Failed):
                failed[arm.name] = _error_of(outcome)
            else:
                done[arm.name] = outcome
    return done, failed


def _error_of(failure: Failed) -> BlemoreError:
    return failure.error if isinstance(failure.error, BlemoreError) else BlemoreError(failure.message)


def _compared(
    arms: Sequence[Arm],
    done: Mapping[str, ArmPredictions],
    differences: Differences,
    run: RunFolder,
    failed: Mapping[str, BlemoreError],
) -> Ablation:
    reference, names = arms[0].name, [arm.name for arm in arms if arm.name in done]
    clips = done[reference].clips
    n_actors = len(np.unique(clips.actor))
    controls = [name for name in names if is_negative_control(differences[name])]
    families = [name for name in names if name not in controls], [reference, *controls]
    tests, of_controls = (_tests(done, family, reference) for family in families)
    sentences = {name: comparison_sentence(_of(tests, name), n_actors=n_actors) for name in families[0][1:]}
    sentences |= {name: negative_control_sentence(_of(of_controls, name)) for name in controls}
    return Ablation(
        run=run.name,
        reference=reference,
        protocol=arms[0].config.train.protocol,
        n_clips=len(clips),
        n_actors=n_actors,
        n_folds=len(np.unique(clips.fold)),
        seeds=arms[0].seeds,
        arms=tuple(arm_result(name, differences[name], done[name].metrics) for name in names),
        tests=(*tests, *of_controls),
        conclusion=ablation_conclusion(tests, reference, n_actors=n_actors, keeps_all=KEEPS_ALL),
        negative_control="; ".join(sentences[name] for name in controls),
        sentences=tuple(sentences[name] for name in names if name != reference),
        failed={name: error.message for name, error in failed.items()},
    )


def _tests(done: Mapping[str, ArmPredictions], names: Sequence[str], reference: str) -> list[PairedComparison]:
    """The tests of one family: a negative control is no hypothesis, and Holm's correction of the others ignores it."""
    predicted = {name: done[name].predicted for name in names}
    return compare_arms(done[reference].clips, predicted, reference, generator=numpy_generator(0, "comparison"))


def _of(tests: Sequence[PairedComparison], name: str) -> list[PairedComparison]:
    return [test for test in tests if test.a == name]
