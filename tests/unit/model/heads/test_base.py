from typing import get_args

import pytest
import torch

from blemore_cli.core.choices import Heads
from blemore_cli.core.labels import N_EMOTIONS, N_LABELS
from blemore_cli.model.heads import HEADS
from blemore_cli.model.heads.base import ProbabilityHeads
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
