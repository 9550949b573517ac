import copy
import math

import pytest
import torch
from torch.nn import functional as F

from blemore_cli.core.labels import BLENDABLE, EMOTIONS, LABELS, N_LABELS, PAIRS, RATIOS, SETS
from blemore_cli.model.heads.decoupled import DecoupledHeads, PresenceHead, SalienceHead, joint_log_prob
from blemore_cli.model.linear import Linear


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def sigmoid(t: float) -> float:
    return 1 / (1 + math.exp(-t))


def test_presence_is_a_distribution_over_the_permitted_sets() -> None:
    log_prob = PresenceHead(8, generator=generator())(torch.randn(4, 8))
    assert log_prob.shape == (4, len(SETS))
    torch.testing.assert_close(log_prob.exp().sum(-1), torch.ones(4))


def test_presence_sums_the_terms_of_each_set() -> None:
    head = PresenceHead(8, generator=generator()).requires_grad_(False)
    x = torch.randn(4, 8)
    single, emotion, pair = head.terms(x).split([6, 5, 10], dim=-1)
    logits: dict[tuple[str, ...], torch.Tensor] = {(name,): single[:, e] for e, name in enumerate(EMOTIONS)}
    for p, (first, second) in enumerate(PAIRS):
        shared = emotion[:, BLENDABLE.index(first)] + emotion[:, BLENDABLE.index(second)]
        logits[first, second] = pair[:, p] + shared
    expected = torch.stack([logits[each] for each in SETS], dim=-1).log_softmax(-1)
    torch.testing.assert_close(head(x), expected)


def test_salience_is_the_cumulative_logit_model() -> None:
    head = SalienceHead(8, generator=generator()).requires_grad_(False)
    x = 10 * torch.randn(4, 8)
    prob = head(x).exp()
    torch.testing.assert_close(prob.sum(-1), torch.ones(4, len(PAIRS)))
    strength, cut = head.strength(x), math.exp(float(head.log_cut))
    lead = float(strength[0, 0] - strength[0, 1])
    expected = [sigmoid(cut - lead) - sigmoid(-cut - lead), sigmoid(lead - cut), sigmoid(-cut - lead)]
    torch.testing.assert_close(prob[0, 0], torch.tensor(expected), atol=1e-5, rtol=1e-4)


def test_salience_starts_near_one_third_each() -> None:
    head = SalienceHead(8, generator=generator())
    torch.testing.assert_close(head(torch.zeros(1, 8)).exp(), torch.full((1, 10, 3), 1 / 3), atol=0.01, rtol=0)


def test_salience_is_exact_in_both_tails() -> None:
    head = SalienceHead(1, generator=generator())
    head.strength.weight.data = torch.tensor([[1.0, 0.0, 0.0, 0.0, 0.0]])
    for cut in (0.01, 0.69, 10.0):
        head.log_cut.data.fill_(math.log(cut))
        lead = torch.linspace(-30, 30, 13, dtype=torch.float64)
        tail = torch.sigmoid(-lead - cut), torch.sigmoid(lead - cut)
        equal = torch.sigmoid(lead + cut) * torch.sigmoid(cut - lead) * -math.expm1(-2 * cut)
        expected = torch.stack([equal, tail[1], tail[0]], dim=-1).log()
        found = head(lead.float().unsqueeze(-1))[:, 0].double()  # anger against disgust
        torch.testing.assert_close(found, expected, atol=2e-5, rtol=1e-5)


def test_salience_stays_finite_far_out() -> None:
    log_prob = SalienceHead(8, generator=generator())(1e4 * torch.randn(4, 8))
    assert torch.isfinite(log_prob).all()


def test_joint_is_set_times_ratio_in_the_order_of_the_labels() -> None:
    presence = torch.randn(3, 16).log_softmax(-1)
    salience = torch.randn(3, 10, 3).log_softmax(-1)
    joint = joint_log_prob(presence, salience)
    assert joint.shape == (3, N_LABELS)
    torch.testing.assert_close(joint.exp().sum(-1), torch.ones(3))
    for position, label in enumerate(LABELS):
        expected = presence[:, SETS.index(label.emotions)]
        if label.is_blend:
            ratio = RATIOS.index(label.saliences_pct)
            expected = expected + salience[:, PAIRS.index(label.emotions), ratio]
        torch.testing.assert_close(joint[:, position], expected)


@pytest.mark.parametrize(("dtype", "spread"), [(torch.float32, 1.0), (torch.float64, 1.0), (torch.float64, 1e3)])
def test_the_forward_is_the_product_of_both_heads_and_so_is_its_gradient(dtype: torch.dtype, spread: float) -> None:
    heads, x = DecoupledHeads(8, generator=generator()).to(dtype), spread * torch.randn(4, 8, dtype=dtype)
    heads.salience.log_cut.data.fill_(0.3)
    plain = joint_log_prob(heads.presence(x), heads.salience(x))
    torch.testing.assert_close(heads(x), plain)
    torch.testing.assert_close(plain.exp().sum(-1), torch.ones(4, dtype=dtype))
    label, parameters = torch.tensor([[0], [6], [7], [35]]), list(heads.parameters())
    fast, expected = (torch.autograd.grad(each.gather(1, label).sum(), parameters) for each in (heads(x), plain))
    torch.testing.assert_close(fast, expected)


def test_initial_weights_are_drawn_presence_first() -> None:
    heads, stream = DecoupledHeads(8, generator=generator()), generator()
    expected = [Linear(8, width, generator=stream).weight.detach() for width in (6, 5, 10, 5)]
    assert torch.equal(heads.presence.terms.weight, torch.cat(expected[:3], dim=-1))
    assert torch.equal(heads.salience.strength.weight, expected[3])


def test_only_parameters_are_saved() -> None:
    saved = set(DecoupledHeads(8, generator=generator()).state_dict())
    heads = {"presence.terms.weight", "presence.terms.bias", "salience.strength.weight", "salience.strength.bias"}
    assert saved == heads | {"salience.log_cut"}


def test_stacked_heads_equal_each_alone() -> None:
    runs = [DecoupledHeads(8, generator=torch.Generator().manual_seed(seed)) for seed in range(3)]
    for run, cut in zip(runs, (-1.0, 0.0, 0.5), strict=True):
        run.salience.log_cut.data.fill_(cut)
    parameters, buffers = torch.func.stack_module_state(list(runs))
    x, label = torch.randn(3, 5, 8), torch.randint(0, N_LABELS, (3, 5))
    for state in (parameters, {**parameters, **buffers}):
        together = torch.func.functional_call(copy.deepcopy(runs[0]), state, (x,))
        torch.testing.assert_close(together, torch.stack([run(x[r]) for r, run in enumerate(runs)]))
    F.nll_loss(together.flatten(0, 1), label.flatten(), reduction="sum").backward()  # type: ignore[no-untyped-call]
    for r, run in enumerate(runs):
        F.nll_loss(run(x[r]), label[r], reduction="sum").backward()  # type: ignore[no-untyped-call]
        for name, parameter in run.named_parameters():
            torch.testing.assert_close(parameters[name].grad[r], parameter.grad, atol=1e-5, rtol=1e-5)
