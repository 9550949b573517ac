from typing import Any

import numpy as np
import pytest
import torch

from blemore_cli.core.config.file import with_changes
from blemore_cli.core.config.schema import Config
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.training.loop.job import TrainingJob
from blemore_cli.training.loop.trainer import SequentialTrainer, SingleTrainer
from blemore_cli.training.optimisers.weight_average import AVERAGING
from blemore_cli.training.predict import predict
from blemore_cli.training.preparation import Preparation
from blemore_cli.training.spec import TrainingSpec

ROWS, TARGET = np.arange(60), np.arange(60, 90)


def task(config: Config, seed: int = 0) -> TrainingSpec:
    return TrainingSpec(
        config=config, seed=seed, left_out="0", train=ROWS, target=TARGET, target_name="held_out", n_epochs=3
    )


def new_fit(table: FeatureTable, config: Config, seed: int = 0) -> TrainingJob:
    return Preparation(table).job(task(config, seed))


def trained(
    table: FeatureTable, config: Config, *, seed: int = 0, n_epochs: int = 3
) -> tuple[list[float], dict[str, torch.Tensor]]:
    trainer = SingleTrainer(new_fit(table, config, seed), config)
    return [trainer.epoch() for _ in range(n_epochs)], trainer.averaged().state_dict()


@pytest.mark.parametrize("family", ["gated", "linear", "mlp256"])
def test_loss_falls(tiny_table: FeatureTable, quick_config: Config, family: str) -> None:
    losses, _ = trained(tiny_table, with_changes(quick_config, {"model.family": family}), n_epochs=12)
    assert losses[-1] < 0.8 * losses[0]


@pytest.mark.parametrize("method", ["none", "dann"])
def test_same_stream_same_bytes(tiny_table: FeatureTable, quick_config: Config, method: str) -> None:
    config = with_changes(quick_config, {"adapt.method": method})
    (losses, state), (again, same) = trained(tiny_table, config), trained(tiny_table, config)
    _, other = trained(tiny_table, config, seed=1)
    assert losses == again
    assert all(torch.equal(state[key], same[key]) for key in state)
    assert not torch.equal(state["gate.query"], other["gate.query"])


def test_the_first_loss_is_that_of_the_initial_weights(tiny_table: FeatureTable, quick_config: Config) -> None:
    config = with_changes(quick_config, {"train.batch_size": 60, "model.dropout": 0.0, "model.selection": "full"})
    fit = new_fit(tiny_table, config)
    output = fit.network(fit.network.architecture.features(fit.rows.columns), fit.rows.present, torch.rand(60, 3))
    expected = -output.log_prob[torch.arange(60), fit.label].mean().item()
    assert SingleTrainer(fit, config).epoch() == pytest.approx(expected, rel=1e-5)


def test_the_average_of_the_weights_is_the_model(tiny_table: FeatureTable, quick_config: Config) -> None:
    config = with_changes(quick_config, {"train.batch_size": 60})
    fit = new_fit(tiny_table, config)
    trainer, weight = SingleTrainer(fit, config), fit.network.get_parameter("gate.query")
    expected = weight.detach().clone()
    for step in range(1, 5):
        trainer.epoch()
        expected = expected.lerp(weight.detach(), (AVERAGING + 1) / (AVERAGING + step))
    torch.testing.assert_close(trainer.averaged().get_parameter("gate.query").detach(), expected)
    assert not torch.equal(weight, expected)


def test_without_averaging_the_newest_weights_are_the_model(tiny_table: FeatureTable, quick_config: Config) -> None:
    config = with_changes(quick_config, {"train.weight_averaging": False})
    fit = new_fit(tiny_table, config)
    trainer = SingleTrainer(fit, config)
    trainer.epoch()
    torch.testing.assert_close(trainer.averaged().state_dict(), fit.network.state_dict(), rtol=0, atol=0)


def test_a_network_taken_out_stays_as_it_is(tiny_table: FeatureTable, quick_config: Config) -> None:
    trainer = SingleTrainer(new_fit(tiny_table, quick_config), quick_config)
    trainer.epoch()
    network = trainer.averaged()
    before = {key: value.clone() for key, value in network.state_dict().items()}
    trainer.epoch()
    torch.testing.assert_close(network.state_dict(), before, rtol=0, atol=0)
    assert not any(weight.requires_grad for weight in network.parameters())


@pytest.mark.parametrize("method", ["coral", "mmd", "dann"])
def test_adaptation_changes_the_training_from_its_second_epoch_on(
    tiny_table: FeatureTable, quick_config: Config, method: str
) -> None:
    plain, _ = trained(tiny_table, quick_config)
    changes: dict[str, Any] = {"adapt.method": method, "adapt.warmup_epochs": 2, "adapt.weight": 5.0}
    adapted, _ = trained(tiny_table, with_changes(quick_config, changes))
    assert adapted[0] == plain[0]  # the weight climbs from 0
    assert abs(adapted[1] - plain[1]) > 1e-4


def test_one_by_one_is_each_by_itself(tiny_table: FeatureTable, quick_config: Config) -> None:
    prepared = Preparation(tiny_table)
    tasks = [task(quick_config, seed) for seed in range(3)]
    trainers = SequentialTrainer([prepared.job(each) for each in tasks], quick_config)
    losses = [trainers.epoch()]
    trainers.keep([2, 0])
    losses += [trainers.epoch(), trainers.epoch()]
    alone = [trained(tiny_table, quick_config, seed=seed) for seed in range(3)]
    assert losses == [
        [own[0][0] for own in alone],
        [alone[2][0][1], alone[0][0][1]],
        [alone[2][0][2], alone[0][0][2]],
    ]
    inputs = [prepared.prediction_input(tasks[position]) for position in (2, 0)]
    for place, (seed, predictions) in enumerate(zip((2, 0), trainers.predict(inputs), strict=True)):
        network = trainers.averaged(place)
        torch.testing.assert_close(dict(network.state_dict()), alone[seed][1], rtol=0, atol=0)
        np.testing.assert_array_equal(predictions.prob, predict(network, inputs[place]).prob)
