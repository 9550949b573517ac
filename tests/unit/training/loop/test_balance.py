import numpy as np
import torch

from blemore_cli.training.loop.balance import imbalance


def test_equal_encoders_are_balanced_and_one_that_takes_all_is_not() -> None:
    share = torch.full((5,), 0.2)
    assert imbalance(torch.full((5, 4), 0.25), share) == 0
    assert imbalance(torch.eye(4)[torch.zeros(5, dtype=torch.int64)], share) == 3


def test_it_is_the_squared_coefficient_of_variation_of_the_mean_weights() -> None:
    weights = np.random.default_rng(0).dirichlet(np.ones(3), size=8)
    mean = weights.mean(axis=0)
    expected = (mean.std() / mean.mean()) ** 2
    found = imbalance(torch.from_numpy(weights), torch.full((8,), 1 / 8, dtype=torch.float64))
    np.testing.assert_allclose(found.item(), expected)


def test_padding_counts_nothing_and_models_stay_apart() -> None:
    weights = torch.rand(2, 6, 3).softmax(-1)
    share = torch.tensor([0.25] * 4 + [0.0] * 2).expand(2, 6)
    alone = [imbalance(own[:4], torch.full((4,), 0.25)) for own in weights]
    torch.testing.assert_close(imbalance(weights, share), torch.stack(alone))
