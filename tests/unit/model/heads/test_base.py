import math
from typing import get_args

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from blemore_cli.core.choices import Heads
from blemore_cli.core.labels import N_EMOTIONS, N_LABELS
from blemore_cli.model.heads import HEADS
from blemore_cli.model.heads.base import ProbabilityHeads, linear_pool
from blemore_cli.model.heads.decoupled import DecoupledHeads


@pytest.mark.parametrize("heads", get_args(Heads))
def test_every_name_gives_distributions(heads: Heads) -> None:
    log_prob = HEADS[heads](8, generator=torch.Generator().manual_seed(0))(torch.randn(2, 4, 8))
    assert log_prob.shape == (2, 4, HEADS[heads].n_outputs)
    assert HEADS[heads].n_outputs == (N_EMOTIONS if heads == "softmax_emotions" else N_LABELS)
    torch.testing.assert_close(log_prob.exp().sum(-1), torch.ones(2, 4))


@pytest.mark.parametrize("heads", get_args(Heads))
def test_stacked_heads_equal_each_of_them(heads: Heads) -> None:
    runs = [HEADS[heads](8, generator=torch.Generator().manual_seed(seed)) for seed in range(3)]
    parameters, _ = torch.func.stack_module_state(runs)
    x = torch.randn(3, 5, 8)
    together = torch.func.functional_call(runs[0], parameters, (x,))
    torch.testing.assert_close(together, torch.stack([run(x[r]) for r, run in enumerate(runs)]))


def test_decoupled_heads_are_those_of_the_figure() -> None:
    assert isinstance(HEADS["decoupled"](8, generator=torch.Generator()), DecoupledHeads)


class Plain(ProbabilityHeads):
    """Heads whose distribution is that of their input."""

    def forward(self, fused: torch.Tensor) -> torch.Tensor:
        return fused.log_softmax(-1)


def test_plain_heads_are_one_head() -> None:
    x = torch.randn(2, 4, 5)
    assert torch.equal(Plain(5, generator=torch.Generator()).head_log_probs(x), x.log_softmax(-1).unsqueeze(1))


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
