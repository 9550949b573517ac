import numpy as np
import pytest
import torch

from blemore_cli.core.choices import Heads
from blemore_cli.core.types import Ints
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.model.network import Architecture, BlemoreNetwork
from blemore_cli.training import predict as prediction
from blemore_cli.training.predict import PredictionInput, clip_draws, network_predictions, over_labels, predict
from blemore_cli.training.scaler import fit_scaler


def network(table: FeatureTable, heads: Heads = "decoupled") -> BlemoreNetwork:
    architecture = Architecture(table.widths, heads=heads, top_n=2, selection="random", dropout=0.5)
    return BlemoreNetwork(architecture, generator=torch.Generator().manual_seed(0))


def inputs_of(table: FeatureTable, rows: Ints) -> PredictionInput:
    inputs = fit_scaler(table, np.arange(200), clamp_sd=6).apply(table, rows)
    return PredictionInput(inputs, clip_draws(table.clips.filename[rows], 3, seed=0))


def test_draws_belong_to_clip_and_seed() -> None:
    names = np.array(["a", "b", "c"])
    draws = clip_draws(names, 4, seed=0)
    assert torch.equal(draws[[2, 0]], clip_draws(names[[2, 0]], 4, seed=0))
    assert torch.equal(draws[:, :2], clip_draws(names, 2, seed=0))
    assert not torch.equal(draws, clip_draws(names, 4, seed=1))
    assert ((draws > 0) & (draws <= 1)).all()
    assert (draws.shape, draws.dtype) == ((3, 4), torch.float32)


def test_draws_are_uniform() -> None:
    draws = clip_draws(np.array([f"clip {i}" for i in range(5000)]), 4, seed=0)
    counts = np.histogram(draws.numpy(), bins=10, range=(0, 1))[0]
    assert abs(counts - 2000).max() < 5 * np.sqrt(2000)
    assert np.abs(np.corrcoef(draws.numpy().T) - np.eye(4)).max() < 0.05


def test_a_clip_is_predicted_alike_whatever_goes_with_it(tiny_table: FeatureTable) -> None:
    every = predict(network(tiny_table), inputs_of(tiny_table, np.arange(320)))
    some = predict(network(tiny_table), inputs_of(tiny_table, np.array([300, 5])))
    np.testing.assert_allclose(some.prob, every.prob[[300, 5]], atol=1e-6)
    np.testing.assert_allclose(every.prob.sum(1), 1, atol=1e-12)
    np.testing.assert_array_equal(some.weights > 0, every.weights[[300, 5]] > 0)


def test_many_clips_are_predicted_in_parts(tiny_table: FeatureTable, monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = inputs_of(tiny_table, np.arange(100))
    whole = predict(network(tiny_table), inputs)
    monkeypatch.setattr(prediction, "CHUNK", 33)
    parts = predict(network(tiny_table), inputs)
    np.testing.assert_allclose(parts.prob, whole.prob, atol=1e-6)
    np.testing.assert_allclose(parts.weights, whole.weights, atol=1e-6)


@pytest.mark.parametrize("heads", ["decoupled", "softmax_emotions"])
def test_no_clip_is_no_row(tiny_table: FeatureTable, heads: Heads) -> None:
    predictions = predict(network(tiny_table, heads), inputs_of(tiny_table, np.array([], dtype=np.int64)))
    assert (predictions.prob.shape, predictions.weights.shape) == ((0, 36), (0, 3))


def test_six_emotions_are_six_single_labels(tiny_table: FeatureTable) -> None:
    predictions = predict(network(tiny_table, "softmax_emotions"), inputs_of(tiny_table, np.arange(20)))
    assert predictions.prob.shape == (20, 36)
    assert not predictions.prob[:, 6:].any()
    np.testing.assert_allclose(predictions.prob[:, :6].sum(1), 1, atol=1e-12)


def test_probabilities_over_labels_stay_as_they_are() -> None:
    prob = np.random.default_rng(0).dirichlet(np.ones(36), size=4)
    np.testing.assert_array_equal(over_labels(prob), prob)
    np.testing.assert_array_equal(over_labels(prob[:, :6])[:, :6], prob[:, :6])


def test_rows_sum_to_one_in_double_precision() -> None:
    log_prob = torch.randn(50, 36).mul(20).log_softmax(-1)
    predictions = network_predictions(log_prob, torch.rand(50, 3))
    np.testing.assert_allclose(predictions.prob.sum(1), 1, atol=1e-14)
    np.testing.assert_allclose(predictions.prob, log_prob.exp().numpy(), atol=1e-5)
