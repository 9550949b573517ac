import math

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from blemore_cli.model.heads.pooling import linear_pool


def some_heads(seed: int, n_heads: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    logits = 10 * torch.randn(2, n_heads, 3, 5, generator=generator, dtype=torch.float64)
    return logits.log_softmax(-1)


@given(st.integers(0, 1000), st.integers(1, 4))
def test_the_pool_is_the_mean_of_probabilities(seed: int, n_heads: int) -> None:
    head_log_probs = some_heads(seed, n_heads)
    found, prob = linear_pool(head_log_probs).exp().numpy(), head_log_probs.exp().numpy()
    for run, clip, label in np.ndindex(2, 3, 5):
        mean = sum(prob[run, m, clip, label] for m in range(n_heads)) / n_heads
        assert math.isclose(found[run, clip, label], mean, rel_tol=1e-12)
    np.testing.assert_allclose(found.sum(-1), 1)


@given(st.integers(0, 1000), st.integers(1, 4))
def test_the_pool_is_no_worse_than_its_heads_on_average(seed: int, n_heads: int) -> None:
    head_log_probs = some_heads(seed, n_heads)
    assert (linear_pool(head_log_probs) >= head_log_probs.mean(-3) - 1e-12).all()


def test_a_single_head_stays_as_it_is_to_the_bit() -> None:
    head_log_probs = some_heads(0, 1).float()
    assert torch.equal(linear_pool(head_log_probs), head_log_probs[:, 0])


def test_far_tails_stay_finite() -> None:
    head_log_probs = torch.tensor([[[0.0, -1e4]], [[0.0, -2e4]]])
    torch.testing.assert_close(linear_pool(head_log_probs), torch.tensor([[0.0, -1e4 - math.log(2)]]))
