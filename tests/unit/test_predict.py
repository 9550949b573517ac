import numpy as np
import torch

from blemore_cli.data.feature_table import FeatureTable
from blemore_cli.model.network import Architecture, BlemoreNetwork
from blemore_cli.training.predict import clip_draws, predict
from blemore_cli.training.scaler import fit_scaler


def test_draws_belong_to_clip_and_seed() -> None:
    names = np.array(["a", "b", "c"])
    draws = clip_draws(names, 4, seed=0)
    assert torch.equal(draws[[2, 0]], clip_draws(names[[2, 0]], 4, seed=0))
    assert not torch.equal(draws, clip_draws(names, 4, seed=1))
    assert ((draws > 0) & (draws < 1)).all()


def test_draws_are_uniform() -> None:
    draws = clip_draws(np.array([f"clip {i}" for i in range(5000)]), 4, seed=0)
    counts = np.histogram(draws.numpy(), bins=10, range=(0, 1))[0]
    assert abs(counts - 2000).max() < 5 * np.sqrt(2000)


def test_a_clip_is_predicted_alike_whatever_goes_with_it(tiny_table: FeatureTable) -> None:
    inputs = fit_scaler(tiny_table, np.arange(200), clamp_sd=6).apply(tiny_table)
    architecture = Architecture(tiny_table.widths, top_n=2, selection="random", dropout=0.5)
    network = BlemoreNetwork(architecture, generator=torch.Generator().manual_seed(0))
    draws = clip_draws(tiny_table.clips.filename, 3, seed=0)
    every = predict(network, inputs, draws)
    some = predict(network, inputs.take(np.array([300, 5])), draws[[300, 5]])
    np.testing.assert_allclose(some.prob, every.prob[[300, 5]], atol=1e-6)
    np.testing.assert_allclose(every.prob.sum(1), 1, atol=1e-12)
    np.testing.assert_array_equal(some.weights > 0, every.weights[[300, 5]] > 0)


def test_no_clip_is_no_row(tiny_table: FeatureTable) -> None:
    none = np.array([], dtype=np.int64)
    inputs = fit_scaler(tiny_table, np.arange(200), clamp_sd=6).apply(tiny_table, none)
    network = BlemoreNetwork(Architecture(tiny_table.widths), generator=torch.Generator().manual_seed(0))
    said = predict(network, inputs, torch.empty(0, 3))
    assert (said.prob.shape, said.weights.shape) == ((0, 36), (0, 3))
