import torch

from blemore_cli.core.labels import N_LABELS
from blemore_cli.model.heads.decoupled import DecoupledHeads
from blemore_cli.model.heads.mixture import MEMBERS, MixtureHeads
from blemore_cli.model.heads.softmax import SoftmaxLabels


def mixture(seed: int = 0) -> MixtureHeads:
    return MixtureHeads(8, generator=torch.Generator().manual_seed(seed))


def test_members_are_the_heads_of_their_names_drawn_in_turn() -> None:
    stream = torch.Generator().manual_seed(0)
    expected = [DecoupledHeads(8, generator=stream), SoftmaxLabels(8, generator=stream)]
    x = torch.randn(3, 5, 8)
    head_log_probs = mixture().head_log_probs(x)
    assert head_log_probs.shape == (3, len(MEMBERS), 5, N_LABELS)
    for member, head in enumerate(expected):
        assert torch.equal(head_log_probs[:, member], head(x))


def test_the_prediction_is_the_mean_of_probabilities() -> None:
    heads, x = mixture(), torch.randn(5, 8)
    torch.testing.assert_close(heads(x).exp(), torch.stack([head(x).exp() for head in heads.members]).mean(0))


def test_stacked_opinions_equal_each_alone() -> None:
    runs = [mixture(seed) for seed in range(3)]
    parameters, _ = torch.func.stack_module_state(list(runs))
    x = torch.randn(3, 5, 8)
    together = torch.func.functional_call(runs[0], parameters, (x,))
    torch.testing.assert_close(together, torch.stack([run(x[r]) for r, run in enumerate(runs)]))
