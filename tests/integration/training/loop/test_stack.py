"""A stack trains each network as `SequentialTrainer`, the plain reference, does: up to the rounding of float32."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pytest
import torch

from blemore_cli.core.choices import Selection
from blemore_cli.core.config.file import with_changes
from blemore_cli.core.config.schema import Config
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.training.loop import stack
from blemore_cli.training.loop.job import TrainingJob, batch_sizes
from blemore_cli.training.loop.stack import StackedTrainer
from blemore_cli.training.loop.trainer import SequentialTrainer
from blemore_cli.training.predict import NetworkPredictions, PredictionInput, predict
from blemore_cli.training.preparation import Preparation
from blemore_cli.training.spec import TrainingSpec

TOLERANCE: Final = 1e-5
"""Of probabilities, fusion weights and losses after a few epochs, stacked beside alone."""

CONFIGS: Final[dict[str, dict[str, Any]]] = {
    "plain": {},
    "coral": {"adapt.method": "coral"},
    "mmd": {"adapt.method": "mmd"},
    "dann": {"adapt.method": "dann"},
    "softmax_labels": {"model.heads": "softmax_labels"},
    "softmax_emotions": {"model.heads": "softmax_emotions"},
    "mixture": {"model.heads": "mixture"},
    "rank": {"model.fusion": "rank"},
    "rank, dann": {"model.fusion": "rank", "adapt.method": "dann"},
    "last weights": {"train.weight_averaging": False},
    "adam": {"train.optimiser": "adam", "train.weight_decay": 1e-3},
    "reduced": {"model.reduce": "pca:6"},
    "no warm-up, no dropout": {"train.warmup_epochs": 0, "model.dropout": 0.0},
    "linear": {"model.family": "linear", "model.heads": "softmax_emotions"},
    "mlp256": {"model.family": "mlp256"},
    "mlp256, mmd": {"model.family": "mlp256", "adapt.method": "mmd"},
}


@dataclass(frozen=True)
class Run:
    """One training: which encoders it keeps, its seed, and how many rows it learns from and predicts."""

    selection: Selection
    top_n: int
    seed: int
    n_train: int
    n_target: int


RUNS: Final = (
    Run("learned", 2, 0, 64, 40),  # four batches of 16
    Run("random", 1, 1, 49, 7),  # of 13, 12, 12 and 12
    Run("fixed", 2, 2, 61, 33),
    Run("full", 3, 3, 50, 40),
    Run("mean", 3, 3, 50, 40),  # the rows and the seed of the run before
)


def task_of(run: Run, config: Config) -> TrainingSpec:
    own = with_changes(config, {"model.selection": run.selection, "model.top_n": run.top_n})
    rows = np.arange(run.n_train + run.n_target)
    return TrainingSpec(
        config=own,
        seed=run.seed,
        left_out=f"{run.n_train} {run.n_target}",
        train=rows[: run.n_train],
        target=rows[run.n_train :],
        target_name="held_out",
        n_epochs=3,
    )


def material(
    table: FeatureTable, config: Config, runs: Sequence[Run]
) -> tuple[list[TrainingJob], list[PredictionInput]]:
    """Networks with initial weights, and what they are inputs; made anew each time because training changes them."""
    prepared = Preparation(table)
    tasks = [task_of(run, config) for run in runs]
    return [prepared.job(task) for task in tasks], [prepared.prediction_input(task) for task in tasks]


def assert_close(found: NetworkPredictions, expected: NetworkPredictions) -> None:
    np.testing.assert_allclose(found.prob, expected.prob, rtol=0, atol=TOLERANCE)
    np.testing.assert_allclose(found.weights, expected.weights, rtol=0, atol=TOLERANCE)


def test_runs_have_different_rows_but_equally_many_batches() -> None:
    sizes = [batch_sizes(run.n_train, 16) for run in RUNS]
    assert {len(each) for each in sizes} == {4}
    assert len({tuple(each) for each in sizes}) > 2


@pytest.mark.parametrize("changes", CONFIGS.values(), ids=CONFIGS)
def test_a_stack_trains_and_predicts_as_each_network_does_alone(
    tiny_table: FeatureTable, quick_config: Config, changes: dict[str, Any]
) -> None:
    config = with_changes(quick_config, changes)
    together, alone = (
        StackedTrainer(material(tiny_table, config, RUNS)[0], config),
        SequentialTrainer(material(tiny_table, config, RUNS)[0], config),
    )
    inputs = material(tiny_table, config, RUNS)[1]
    before = together.predict(inputs)
    for _ in range(4):
        np.testing.assert_allclose(together.epoch(), alone.epoch(), rtol=TOLERANCE)
    after = together.predict(inputs)
    for found, expected, initial in zip(after, alone.predict(inputs), before, strict=True):
        assert_close(found, expected)
        assert np.abs(found.prob - initial.prob).max() > 100 * TOLERANCE  # there was something to get wrong


@pytest.mark.parametrize("changes", [{}, {"adapt.method": "dann", "model.heads": "mixture"}], ids=str)
@pytest.mark.parametrize("top_n", [1, 2, 3])
def test_concatenating_runs_of_one_width_are_stacked(
    tiny_table: FeatureTable, quick_config: Config, top_n: int, changes: dict[str, Any]
) -> None:
    config = with_changes(quick_config, {"model.fusion": "concat", **changes})
    ranked: tuple[Selection, ...] = ("learned", "random", "fixed")
    runs = [replace(run, selection=kind, top_n=top_n) for run, kind in zip(RUNS, ranked, strict=False)]
    together, alone = (
        kind(material(tiny_table, config, runs)[0], config) for kind in (StackedTrainer, SequentialTrainer)
    )
    for _ in range(4):
        np.testing.assert_allclose(together.epoch(), alone.epoch(), rtol=TOLERANCE)
    inputs = material(tiny_table, config, runs)[1]
    for found, expected in zip(together.predict(inputs), alone.predict(inputs), strict=True):
        assert_close(found, expected)


def test_networks_in_a_stack_are_not_alike(tiny_table: FeatureTable, quick_config: Config) -> None:
    runs = [Run(selection, 1, seed, 50, 40) for selection in ("learned", "random", "fixed") for seed in (0, 1)]
    fits, inputs = material(tiny_table, quick_config, runs)
    trainers = StackedTrainer(fits, quick_config)
    for _ in range(3):
        trainers.epoch()
    predictions = trainers.predict(inputs)
    for one, first in enumerate(predictions):
        for other in predictions[:one]:
            assert np.abs(first.prob - other.prob).max() > 100 * TOLERANCE


@pytest.mark.parametrize("changes", [{}, {"adapt.method": "dann"}, {"train.weight_averaging": False}], ids=str)
def test_a_run_is_the_same_in_a_stack_of_two_and_of_five(
    tiny_table: FeatureTable, quick_config: Config, changes: dict[str, Any]
) -> None:
    config = with_changes(quick_config, changes)
    predictions = []
    for runs in (RUNS, RUNS[:2], RUNS[1::-1]):
        fits, inputs = material(tiny_table, config, runs)
        trainers = StackedTrainer(fits, config)
        losses = [trainers.epoch() for _ in range(3)]
        position = runs.index(RUNS[1])
        predictions.append((trainers.predict(inputs)[position], [epoch[position] for epoch in losses]))
    for found, losses_found in predictions[1:]:
        assert_close(found, predictions[0][0])
        np.testing.assert_allclose(losses_found, predictions[0][1], rtol=TOLERANCE)


@pytest.mark.parametrize("changes", [{}, {"adapt.method": "dann"}, {"train.weight_averaging": False}], ids=str)
def test_runs_that_are_kept_go_on_as_if_nothing_had_happened(
    tiny_table: FeatureTable, quick_config: Config, changes: dict[str, Any]
) -> None:
    config = with_changes(quick_config, changes)
    together = StackedTrainer(material(tiny_table, config, RUNS)[0], config)
    alone = SequentialTrainer(material(tiny_table, config, RUNS)[0], config)
    inputs = material(tiny_table, config, RUNS)[1]
    staying = [4, 1, 2]  # in another order
    for position in (None, staying, [2], None):
        if position is not None:
            together.keep(position)
            inputs = [inputs[each] for each in position]
        together.epoch()
    losses = [alone.epoch() for _ in range(4)]
    (found,) = together.predict(inputs)
    assert len(losses[-1]) == len(RUNS)  # the reference was never cut
    assert_close(found, alone.predict(material(tiny_table, config, RUNS)[1])[2])


def test_keeping_before_the_first_epoch_is_starting_with_fewer(tiny_table: FeatureTable, quick_config: Config) -> None:
    cut, fewer = (
        StackedTrainer(material(tiny_table, quick_config, runs)[0], quick_config) for runs in (RUNS, RUNS[2:4])
    )
    cut.keep([2, 3])
    for _ in range(2):
        assert cut.epoch() == pytest.approx(fewer.epoch(), rel=TOLERANCE)


@pytest.mark.parametrize("changes", [{}, {"model.family": "mlp256"}, {"train.weight_averaging": False}], ids=str)
def test_a_network_taken_out_predicts_as_it_did_in_the_stack(
    tiny_table: FeatureTable, quick_config: Config, changes: dict[str, Any]
) -> None:
    config = with_changes(quick_config, changes)
    fits, inputs = material(tiny_table, config, RUNS)
    trainers = StackedTrainer(fits, config)
    for _ in range(2):
        trainers.epoch()
    for position, (clips, predictions) in enumerate(zip(inputs, trainers.predict(inputs), strict=True)):
        network = trainers.averaged(position)
        assert network.architecture == fits[position].network.architecture
        assert not any(weight.requires_grad for weight in network.parameters())
        assert_close(predict(network, clips), predictions)


def test_a_network_taken_out_does_not_change_any_more(tiny_table: FeatureTable, quick_config: Config) -> None:
    fits, _ = material(tiny_table, quick_config, RUNS)
    trainers = StackedTrainer(fits, quick_config)
    trainers.epoch()
    network = trainers.averaged(0)
    before = {key: value.clone() for key, value in network.state_dict().items()}
    trainers.epoch()
    torch.testing.assert_close(network.state_dict(), before, rtol=0, atol=0)


@pytest.mark.parametrize("rows_at_once", [1, 16, 33])
def test_predictions_of_different_row_counts_come_in_parts(
    tiny_table: FeatureTable, quick_config: Config, monkeypatch: pytest.MonkeyPatch, rows_at_once: int
) -> None:
    fits, inputs = material(tiny_table, quick_config, RUNS)
    trainers = StackedTrainer(fits, quick_config)
    trainers.epoch()
    whole = trainers.predict(inputs)
    monkeypatch.setattr(stack, "ROWS_AT_ONCE", rows_at_once)
    for found, expected, run in zip(trainers.predict(inputs), whole, RUNS, strict=True):
        assert found.prob.shape == (run.n_target, 36)
        assert_close(found, expected)


def test_the_same_stack_gives_the_same_bytes(tiny_table: FeatureTable, quick_config: Config) -> None:
    config = with_changes(quick_config, {"adapt.method": "mmd"})
    predictions = []
    for _ in range(2):
        fits, inputs = material(tiny_table, config, RUNS)
        trainers = StackedTrainer(fits, config)
        predictions.append((trainers.epoch(), trainers.epoch(), *(each.prob for each in trainers.predict(inputs))))
    for first, again in zip(*predictions, strict=True):
        np.testing.assert_array_equal(first, again)


def test_an_encoder_that_some_trainings_never_see_does_no_harm(tiny_table: FeatureTable, quick_config: Config) -> None:
    tiny_table.present[:50, 2] = False  # the smaller trainings never see the third encoder
    tiny_table.features[2][:50] = np.nan
    together, alone = (
        kind(material(tiny_table, quick_config, RUNS)[0], quick_config) for kind in (StackedTrainer, SequentialTrainer)
    )
    for _ in range(3):
        np.testing.assert_allclose(together.epoch(), alone.epoch(), rtol=TOLERANCE)
    inputs = material(tiny_table, quick_config, RUNS)[1]
    for found, expected in zip(together.predict(inputs), alone.predict(inputs), strict=True):
        assert_close(found, expected)
        assert np.isfinite(found.prob).all()
