"""The objective in double precision, where a stacked model must get the loss and the gradient that it gets alone."""

from typing import Any, Final, get_args

import pytest
import torch
from torch import Tensor, nn
from torch.func import functional_call, stack_module_state

from blemore_cli.core.choices import Adaptation, Family, Heads, Selection
from blemore_cli.core.config.file import with_changes
from blemore_cli.core.config.schema import AdaptConfig, Config
from blemore_cli.model.families import build_network
from blemore_cli.model.network import Architecture, TrainingStep
from blemore_cli.training.adaptation import new_adapter
from blemore_cli.training.loop.objective import Batch, Objective, adaptation_weight, training_step
from blemore_cli.training.losses import label_loss

WIDTHS: Final = (5, 3, 4)
N_REAL: Final = (6, 3, 5)
"""Real rows of each of three models in stacked batches of six."""

SELECTIONS: Final[tuple[Selection, ...]] = ("learned", "fixed", "random")
MODE: Final = TrainingStep(exploration=1.0, dense=False, adaptation_weight=0.7)


def objective(model: int, method: Adaptation = "none", heads: Heads = "decoupled", **more: Any) -> Objective:
    generator = torch.Generator().manual_seed(model)
    architecture = Architecture(WIDTHS, heads=heads, d_latent=8, selection=SELECTIONS[model], top_n=2, **more)
    network = build_network(architecture, generator=generator)
    return Objective(network, new_adapter(AdaptConfig(method=method), network.d_fused, generator=generator)).double()


def batch(model: int, n_real: int, filling: float = 0.0) -> Batch:
    """Six rows, of which some are real and the others hold whatever fills them."""
    generator = torch.Generator().manual_seed(model)
    present = torch.rand(6, len(WIDTHS), generator=generator) < 0.7
    present[:, 0] = True
    columns = torch.randn(6, sum(WIDTHS), generator=generator, dtype=torch.float64)
    columns[n_real:] += filling
    label = torch.randint(0, 36, (6,), generator=generator)
    label[n_real:] = (label[n_real:] + int(filling)) % 36
    draws, drops = (torch.rand(6, d, generator=generator, dtype=torch.float64) for d in (len(WIDTHS), 8))
    share = torch.where(torch.arange(6) < n_real, 1 / n_real, 0.0).double()
    return Batch(columns, present, draws, share, label, drops)


def real_part(padded: Batch) -> Batch:
    n_real = int((padded.share > 0).sum())
    return Batch(*(None if part is None else part[:n_real] for part in padded))  # type: ignore[arg-type]


def stacked(batches: list[Batch]) -> Batch:
    parts = [None if column[0] is None else torch.stack(column) for column in zip(*batches, strict=True)]
    return Batch(*parts)  # type: ignore[arg-type]


def targets() -> list[Batch]:
    return [batch(model + 10, 6) for model in range(3)]


def gradients(model: nn.Module, loss: Tensor) -> dict[str, Tensor]:
    names, weights = zip(*model.named_parameters(), strict=True)
    return dict(zip(names, torch.autograd.grad(loss, weights, materialize_grads=True), strict=True))


CASES: Final[dict[str, dict[str, Any]]] = {
    **{method: {"method": method} for method in get_args(Adaptation)},
    **{heads: {"heads": heads} for heads in get_args(Heads)},
    "rank": {"fusion": "rank"},
    "concat": {"fusion": "concat"},
    "concat, dann, mixture": {"method": "dann", "heads": "mixture", "fusion": "concat"},
    "linear": {"family": "linear"},
    "mlp256": {"family": "mlp256", "heads": "softmax_emotions"},
}


@pytest.mark.parametrize("filling", [0.0, 50.0])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_every_model_gets_the_loss_and_gradient_that_it_gets_alone(case: dict[str, Any], filling: float) -> None:
    models = [objective(model, **case) for model in range(3)]
    batches = [batch(model, n, filling) for model, n in enumerate(N_REAL)]
    weights, buffers = stack_module_state(list[nn.Module](models))
    losses = functional_call(models[0], {**weights, **buffers}, (stacked(batches), stacked(targets()), MODE))
    assert losses.shape == (3,)
    found = torch.autograd.grad(losses.sum(), list(weights.values()), materialize_grads=True)
    for model, (alone, own, target) in enumerate(zip(models, batches, targets(), strict=True)):
        loss = alone(real_part(own), target, MODE)
        torch.testing.assert_close(losses[model], loss)
        expected = gradients(alone, loss)
        assert any(gradient.any() for gradient in expected.values())
        for name, gradient in zip(weights, found, strict=True):
            torch.testing.assert_close(gradient[model], expected[name], rtol=1e-9, atol=1e-12)


def test_a_model_that_diverged_leaves_the_others_alone() -> None:
    models = [objective(model) for model in range(3)]
    batches = [batch(model, n) for model, n in enumerate(N_REAL)]
    weights, buffers = stack_module_state(list[nn.Module](models))
    results = []
    for poison in (0.0, torch.nan):
        batches[1].columns[0] += poison
        losses = functional_call(models[0], {**weights, **buffers}, (stacked(batches), None, MODE))
        results.append((losses, *torch.autograd.grad(losses.sum(), list(weights.values()))))
    for healthy, poisoned in zip(*results, strict=True):
        assert torch.equal(healthy[[0, 2]], poisoned[[0, 2]])
    assert torch.isnan(results[1][0][1])


def test_the_loss_is_that_of_the_labels_plus_the_weighted_distance_of_the_domains() -> None:
    model, source, target = objective(0, "coral"), batch(0, 6), batch(1, 6)
    plain = model(source, None, MODE)
    predictions = model.network(model.network.architecture.features(source.columns), source.present, source.draws)
    assert model.adapter is not None
    still = TrainingStep(exploration=0.0, dense=False, adaptation_weight=0.0)
    undropped = source._replace(drops=None)
    torch.testing.assert_close(model(undropped, None, still), label_loss(predictions.log_prob, source.label))
    distances = [(model(source, target, MODE._replace(adaptation_weight=w)) - plain) / w for w in (0.5, 2.0)]
    assert distances[0] > 1e-6
    torch.testing.assert_close(distances[0], distances[1])


def test_labels_of_target_rows_are_not_read() -> None:
    model, source, target = objective(0, "mmd"), batch(0, 6), batch(1, 6)
    unlabelled = target._replace(label=torch.full((6,), -1))
    assert torch.equal(model(source, target, MODE), model(source, unlabelled, MODE))


@pytest.mark.parametrize("family", ["gated", "mlp256"])
def test_dropout_and_warm_up_reach_the_network(family: Family) -> None:
    model, rows = objective(0, family=family), batch(0, 6)
    plain = model(rows, None, MODE)
    changes = [model(rows._replace(drops=None), None, MODE), model(rows, None, MODE._replace(dense=True))]
    for changed in changes:
        assert torch.equal(plain, changed) is (family != "gated")  # the baselines know neither


def test_the_settings_of_an_epoch() -> None:
    config = with_changes(
        Config(), {"train.warmup_epochs": 2, "train.exploration": 0.5, "adapt.weight": 3.0, "adapt.warmup_epochs": 3}
    )
    steps = [training_step(epoch, config) for epoch in range(4)]
    assert [step.dense for step in steps] == [True, True, False, False]
    assert [step.adaptation_weight for step in steps] == pytest.approx([0, 1, 2, 3])
    assert {step.exploration for step in steps} == {0.5}


def test_the_weight_climbs_in_a_straight_line() -> None:
    assert [adaptation_weight(0.6, 3, epoch) for epoch in range(5)] == pytest.approx([0, 0.2, 0.4, 0.6, 0.6])
    assert adaptation_weight(0.6, 0, 0) == 0.6


def test_a_row_of_weight_zero_teaches_an_encoder_nothing() -> None:
    whole = objective(0, fusion="evidence")
    rows = batch(0, 6)
    weight = torch.ones(6, len(WIDTHS), dtype=torch.float64)
    weight[0, 1] = 0
    gradients = []
    for change in (0, 1):
        label = rows.label.clone()
        label[0] = (label[0] + change) % 36
        whole.zero_grad()
        whole(rows._replace(label=label, weight=weight), None, MODE).backward()
        terms = whole.get_parameter("network.heads.heads.presence.terms.weight").grad
        assert terms is not None
        gradients.append(terms.clone())
    assert torch.equal(gradients[0][1], gradients[1][1])
    assert not torch.equal(gradients[0][0], gradients[1][0])


def test_weights_of_one_are_no_weights() -> None:
    rows = batch(0, 4)
    ones = torch.ones(6, len(WIDTHS), dtype=torch.float64)
    losses = [objective(0, fusion="evidence")(rows._replace(weight=weight), None, MODE) for weight in (None, ones)]
    torch.testing.assert_close(*losses)
