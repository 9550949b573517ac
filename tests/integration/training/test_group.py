from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, Final, TypeVar

import numpy as np
import pytest
import torch

from blemore_cli.core.config.file import with_changes
from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import BlemoreError, DataError
from blemore_cli.core.parallel.progress import collect_progress
from blemore_cli.core.types import Floats
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.data.splits import fold_splits
from blemore_cli.evaluation.scoring.log_loss import held_out_losses
from blemore_cli.training import group, reduction, scaler
from blemore_cli.training.checkpoint import Checkpoint, predict_rows
from blemore_cli.training.choice import Choice, choose, cross_fitted_posterior
from blemore_cli.training.group import EpochPredictions, Trained, train, train_and_predict
from blemore_cli.training.inner import inner_parts
from blemore_cli.training.loop.job import TrainingJob
from blemore_cli.training.predict import PredictionInput
from blemore_cli.training.preparation import Preparation
from blemore_cli.training.scaler import Rows
from blemore_cli.training.spec import TrainingSpec
from blemore_cli.training.wide import wide_encoder

TOLERANCE: Final = 1e-5
TARGET: Final = np.arange(200, 240)
Result = TypeVar("Result", EpochPredictions, Trained)


def task(config: Config, seed: int = 0, n_train: int = 60, n_epochs: int = 4, **changes: Any) -> TrainingSpec:
    dotted = {key.replace("__", "."): value for key, value in changes.items()}
    return TrainingSpec(
        config=with_changes(config, dotted),
        seed=seed,
        left_out=f"first {n_train}",
        train=np.arange(n_train),
        target=TARGET,
        target_name="held_out",
        n_epochs=n_epochs,
    )


def succeeded(results: Sequence[Result | BlemoreError]) -> list[Result]:
    for result in results:
        if isinstance(result, BlemoreError):
            raise result
    return [result for result in results if not isinstance(result, BlemoreError)]


def fold_model(table: FeatureTable, config: Config) -> tuple[Choice, list[EpochPredictions], Trained, Floats]:
    """All that becomes of fold 0: inner trainings, choice, training, and its predictions of held-out and test rows."""
    split = fold_splits(table.clips)[0]
    parts = inner_parts(table.clips, split, config.train.protocol)
    specs = [
        TrainingSpec(
            config=config,
            seed=0,
            left_out=part.name,
            train=part.train,
            target=part.predicted,
            target_name="held_out",
            n_epochs=4,
        )
        for part in parts
    ]
    inner = succeeded(train_and_predict(table, specs))
    choice = choose(table.clips.label, parts, inner, config)
    posterior = cross_fitted_posterior(split.train, parts, inner, choice.n_epochs)
    final = TrainingSpec(
        config=config,
        seed=0,
        left_out="0",
        train=split.train,
        target=split.held_out,
        target_name="held_out",
        n_epochs=choice.n_epochs,
        posterior=posterior,
    )
    (trained,) = succeeded(train(table, [final]))
    model = Checkpoint(
        network=trained.network,
        scaler=trained.scaler,
        decoder=choice.decoder,
        encoders=table.names,
        fold=0,
        target="held_out",
        seed=0,
        n_epochs=choice.n_epochs,
        index_sha256=table.index_sha256,
    )
    rows = np.concatenate([split.held_out, np.flatnonzero(table.clips.is_test)])
    return choice, inner, trained, predict_rows(model, table, rows).prob


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"model.top_n": "auto"},
        {"model.selection": "fixed"},
        {"adapt.method": "coral"},
        {"train.choose_by": "score"},
    ],
    ids=str,
)
def test_labels_of_the_held_out_fold_change_no_byte(
    tiny_table: FeatureTable, quick_config: Config, changes: dict[str, Any]
) -> None:
    config = with_changes(quick_config, changes)
    held_out = tiny_table.clips.fold == 0
    results = []
    for poison in (tiny_table.clips.label[held_out], -1):
        label = tiny_table.clips.label.copy()
        label[held_out] = poison
        results.append(fold_model(replace(tiny_table, clips=replace(tiny_table.clips, label=label)), config))
    (choice, inner, trained, prob), (other_choice, other_watched, other_trained, other_prob) = results
    assert (choice.n_epochs, choice.decoder) == (other_choice.n_epochs, other_choice.decoder)
    for one, other in zip(inner, other_watched, strict=True):
        np.testing.assert_array_equal(one.prob, other.prob)
    np.testing.assert_array_equal(trained.loss, other_trained.loss)
    np.testing.assert_array_equal(prob, other_prob)


def test_of_two_folds_the_labels_of_one_choose_nothing_for_it_either(
    tiny_table: FeatureTable, quick_config: Config
) -> None:
    config = with_changes(quick_config, {"train.batch_size": 64})  # equally many batches in inner parts of any size
    fold = np.where(tiny_table.clips.is_test, -1, tiny_table.clips.fold % 2)
    poisoned = np.where(fold == 0, -1, tiny_table.clips.label)
    (choice, _, _, prob), (other_choice, _, _, other_prob) = (
        fold_model(replace(tiny_table, clips=replace(tiny_table.clips, fold=fold, label=label)), config)
        for label in (tiny_table.clips.label, poisoned)
    )
    assert (choice.n_epochs, choice.decoder) == (other_choice.n_epochs, other_choice.decoder)
    np.testing.assert_array_equal(prob, other_prob)


def test_officially_the_model_is_the_inner_training_where_it_was_best_on_the_scored_fold(
    tiny_table: FeatureTable, quick_config: Config
) -> None:
    config = with_changes(quick_config, {"train.protocol": "official"})
    choice, (inner,), _, prob = fold_model(tiny_table, config)
    held_out = fold_splits(tiny_table.clips)[0].held_out
    losses = [held_out_losses(tiny_table.clips.label[held_out], epoch).mean() for epoch in inner.prob]
    assert choice.n_epochs == 1 + int(np.argmin(losses))
    np.testing.assert_allclose(prob[: len(held_out)], inner.prob[choice.n_epochs - 1], atol=1e-6)


def test_features_of_the_held_out_fold_reach_its_own_predictions_alone(
    tiny_table: FeatureTable, quick_config: Config
) -> None:
    choice, _, trained, before = fold_model(tiny_table, quick_config)
    held_out = tiny_table.clips.fold == 0
    for matrix in tiny_table.features:
        matrix[held_out] += 5
    other_choice, _, other_trained, after = fold_model(tiny_table, quick_config)
    assert (choice.n_epochs, choice.decoder) == (other_choice.n_epochs, other_choice.decoder)
    np.testing.assert_array_equal(trained.loss, other_trained.loss)
    np.testing.assert_array_equal(before[held_out.sum() :], after[held_out.sum() :])
    assert not np.array_equal(before[: held_out.sum()], after[: held_out.sum()])


def test_adaptation_reads_the_features_of_what_it_predicts(tiny_table: FeatureTable, quick_config: Config) -> None:
    config = with_changes(quick_config, {"adapt.method": "coral", "adapt.warmup_epochs": 0})
    (before,) = succeeded(train(tiny_table, [task(config)]))
    for matrix in tiny_table.features:
        matrix[TARGET] += 5
    (after,) = succeeded(train(tiny_table, [task(config)]))
    assert not np.array_equal(before.loss, after.loss)


@pytest.mark.parametrize(("heads", "n_outputs"), [("decoupled", 36), ("softmax_labels", 36), ("softmax_emotions", 6)])
@pytest.mark.parametrize("n_tasks", [1, 3])
def test_watching_tells_loss_and_probabilities_after_every_epoch(
    tiny_table: FeatureTable, quick_config: Config, heads: str, n_outputs: int, n_tasks: int
) -> None:
    tasks = [task(quick_config, seed, 49 + 5 * seed, model__heads=heads) for seed in range(n_tasks)]
    for result in succeeded(train_and_predict(tiny_table, tasks)):
        assert result.loss.shape == (4,)
        assert result.prob.shape == (4, len(TARGET), n_outputs)
        assert result.prob.dtype == np.float32
        np.testing.assert_allclose(result.prob.sum(-1), 1, atol=1e-5)
        assert all(not np.array_equal(one, other) for one, other in pairwise(result.prob))


def test_watching_together_is_watching_alone(tiny_table: FeatureTable, quick_config: Config) -> None:
    tasks = [task(quick_config, seed, n, model__selection=s) for seed, n, s in ((0, 60, "learned"), (1, 49, "random"))]
    for own, together in zip(tasks, succeeded(train_and_predict(tiny_table, tasks)), strict=True):
        (alone,) = succeeded(train_and_predict(tiny_table, [own]))
        np.testing.assert_allclose(together.prob, alone.prob, atol=TOLERANCE)
        np.testing.assert_allclose(together.loss, alone.loss, rtol=TOLERANCE)


def test_watching_is_training_epoch_by_epoch(tiny_table: FeatureTable, quick_config: Config) -> None:
    quick_config = with_changes(quick_config, {"train.second_stage": False})
    (inner,) = succeeded(train_and_predict(tiny_table, [task(quick_config)]))
    for n_epochs in (1, 3):
        (trained,) = succeeded(train(tiny_table, [task(quick_config, n_epochs=n_epochs)]))
        np.testing.assert_array_equal(trained.loss, inner.loss[:n_epochs])


@pytest.mark.parametrize("changes", [{}, {"adapt__method": "dann"}, {"train__weight_averaging": False}], ids=str)
def test_each_training_stops_at_its_own_number_of_epochs_as_if_it_were_alone(
    tiny_table: FeatureTable, quick_config: Config, changes: dict[str, Any]
) -> None:
    n_epochs = (3, 1, 6, 3)
    tasks = [task(quick_config, seed, 49 + 3 * seed, n, **changes) for seed, n in enumerate(n_epochs)]
    for own, together in zip(tasks, succeeded(train(tiny_table, tasks)), strict=True):
        assert len(together.loss) == own.n_epochs
        (alone,) = succeeded(train(tiny_table, [own]))
        np.testing.assert_allclose(together.loss, alone.loss, rtol=TOLERANCE)
        for name, weight in alone.network.state_dict().items():
            torch.testing.assert_close(together.network.state_dict()[name], weight, rtol=0, atol=1e-4, msg=name)
        np.testing.assert_array_equal(together.scaler.mean[1], alone.scaler.mean[1])


SPOILT: Final = 1
"""Seed of the training that is given a value that is not a number."""


class Spoiling(Preparation):
    """Prepares as always, but for one run with a feature that is not a number."""

    def job(self, spec: TrainingSpec) -> TrainingJob:
        fit = super().job(spec)
        return replace(fit, rows=spoilt(fit.rows)) if spec.seed == SPOILT else fit


class SpoilingPredictions(Preparation):
    """Spoils one of the rows that the run is to predict instead."""

    def prediction_input(self, task: TrainingSpec) -> PredictionInput:
        inputs = super().prediction_input(task)
        return replace(inputs, rows=spoilt(inputs.rows)) if task.seed == SPOILT else inputs


def spoilt(rows: Rows) -> Rows:
    columns = rows.columns.clone()
    columns[5, -1] = torch.nan
    return replace(rows, columns=columns)


@pytest.mark.parametrize("changes", [{}, {"adapt__method": "mmd"}, {"adapt__method": "dann"}], ids=str)
def test_a_training_that_diverges_is_told_and_leaves_the_others_as_they_are(
    tiny_table: FeatureTable, quick_config: Config, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any]
) -> None:
    tasks = [task(quick_config, seed, 49 + 3 * seed, 2 + seed, **changes) for seed in range(3)]
    healthy = succeeded(train(tiny_table, tasks))
    monkeypatch.setattr(group, "Preparation", Spoiling)
    first, error, last = train(tiny_table, tasks)
    assert isinstance(error, DataError)
    assert "seed 1 without first 52 did not from epoch 1 on" in error.message
    for found, expected in zip(succeeded([first, last]), healthy[::2], strict=True):
        np.testing.assert_array_equal(found.loss, expected.loss)
        torch.testing.assert_close(found.network.state_dict(), expected.network.state_dict(), rtol=0, atol=0)


@pytest.mark.parametrize("spoiling", [Spoiling, SpoilingPredictions])
def test_a_watched_training_that_diverges_is_told_and_leaves_the_others_as_they_are(
    tiny_table: FeatureTable, quick_config: Config, monkeypatch: pytest.MonkeyPatch, spoiling: type[Preparation]
) -> None:
    tasks = [task(quick_config, seed, 49 + 3 * seed, model__selection="full") for seed in range(3)]
    healthy = succeeded(train_and_predict(tiny_table, tasks))
    monkeypatch.setattr(group, "Preparation", spoiling)
    first, error, last = train_and_predict(tiny_table, tasks)
    assert isinstance(error, DataError)
    assert "seed 1 without first 52 did not from epoch 1 on" in error.message
    for found, expected in zip(succeeded([first, last]), healthy[::2], strict=True):
        np.testing.assert_array_equal(found.loss, expected.loss)
        np.testing.assert_array_equal(found.prob, expected.prob)


def test_a_training_alone_that_diverges_is_told_as_well(
    tiny_table: FeatureTable, quick_config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group, "Preparation", Spoiling)
    assert isinstance(train(tiny_table, [task(quick_config, SPOILT)])[0], DataError)
    assert isinstance(train_and_predict(tiny_table, [task(quick_config, SPOILT)])[0], DataError)


@pytest.mark.parametrize("n_epochs", [(4,), (2, 5, 1)])
def test_a_training_ticks_once_in_all(
    tiny_table: FeatureTable, quick_config: Config, n_epochs: tuple[int, ...]
) -> None:
    amounts: list[float] = []
    with collect_progress(amounts.append):
        train(tiny_table, [task(quick_config, seed, n_epochs=n) for seed, n in enumerate(n_epochs)])
    assert sum(amounts) == pytest.approx(len(n_epochs))
    assert len(amounts) == max(n_epochs)
    amounts.clear()
    with collect_progress(amounts.append):
        train_and_predict(tiny_table, [task(quick_config, seed) for seed in range(2)])
    assert amounts == [0.5] * 4


def test_trainings_that_read_other_widths_are_in_stacks_of_their_own(
    tiny_table: FeatureTable, quick_config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where training rows decide whether components take the place of columns, a stack falls apart by that."""
    for module in (reduction, wide_encoder):
        monkeypatch.setattr(module, "LEAST_CLIPS", 45)
    wide = np.random.default_rng(0).normal(size=(320, 301)).astype(np.float32)
    table = replace(tiny_table, features=(*tiny_table.features[:2], wide))
    monkeypatch.setattr(scaler, "suffices", lambda _encoder, rows, _clips, _n: len(rows) > 50)
    specs = [task(quick_config, seed, n, 2, model__reduce="auto") for seed, n in ((0, 60), (1, 45), (2, 60), (3, 45))]
    together = succeeded(train_and_predict(table, specs))
    for spec, one in zip(specs, together, strict=True):
        (alone,) = succeeded(train_and_predict(table, [spec]))
        np.testing.assert_allclose(one.prob, alone.prob, atol=TOLERANCE)
        np.testing.assert_allclose(one.loss, alone.loss, rtol=1e-4)
    widths = [model.scaler.widths[2] for model in succeeded(train(table, specs))]
    assert widths == [64, 301, 64, 301]
