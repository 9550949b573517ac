import copy

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression
from torch import Tensor

from blemore_cli.model.gate.attention import AttentionGate
from blemore_cli.model.network import Architecture, BlemoreNetwork
from blemore_cli.training.scaler import Rows
from blemore_cli.training.second_stage.gate_fit import (
    BATCH_SIZE,
    EPOCHS,
    LEARNING_RATE,
    WEIGHT_DECAY,
    GateFit,
    fit_gates,
    freeze,
    sharpness,
)

ARCHITECTURE = Architecture((20, 30, 40, 50), d_gate=4)


def planted(n_rows: int, seed: int = 0) -> tuple[Rows, Tensor, Tensor]:
    """Rows of which a direction in each encoder tells whether it is useful, as two of four are; that; and it, noisy."""
    generator = torch.Generator().manual_seed(7)
    directions = [torch.nn.functional.normalize(torch.randn(d, generator=generator), dim=0) for d in (20, 30, 40, 50)]
    generator = torch.Generator().manual_seed(seed)
    useful = torch.rand(n_rows, 4, generator=generator).argsort(1).argsort(1) < 2
    parts = [
        torch.randn(n_rows, len(direction), generator=generator) + 3 * (2.0 * useful[:, [encoder]] - 1) * direction
        for encoder, direction in enumerate(directions)
    ]
    noisy = torch.where(torch.rand(n_rows, 4, generator=generator) < 0.2, ~useful, useful)
    return Rows(torch.cat(parts, dim=1), torch.ones(n_rows, 4, dtype=torch.bool)), useful, noisy.float()


def fitted(rows: Rows, useful: Tensor) -> AttentionGate:
    gate = AttentionGate(ARCHITECTURE.widths, (), ARCHITECTURE.d_gate, generator=torch.Generator().manual_seed(0))
    fit_gates(ARCHITECTURE, [GateFit(gate, rows, useful, torch.arange(len(rows)), torch.Generator().manual_seed(1))])
    return gate.requires_grad_(False)


def test_a_fitted_gate_finds_what_is_useful_in_clips_that_it_has_not_seen() -> None:
    rows, _, noisy = planted(600)
    gate = fitted(rows, noisy)
    rows, useful, _ = planted(300, seed=1)
    scores = gate(ARCHITECTURE.features(rows.columns))
    assert useful.gather(1, scores.topk(2, dim=1).indices).float().mean() > 0.9
    assert ((scores > 0) == useful).float().mean() > 0.9  # they are logits: 0 is even odds


def test_absent_encoders_teach_nothing() -> None:
    rows, _, useful = planted(200)
    rows.present[:, 3] = False
    gate = fitted(rows, useful)
    assert not gate.query[3].any()
    other = fitted(rows, torch.cat([useful[:, :3], 1 - useful[:, 3:]], dim=1))
    for name, value in gate.state_dict().items():
        assert torch.equal(value, other.state_dict()[name])


def plainly_fitted(rows: Rows, useful: Tensor, generator: torch.Generator) -> AttentionGate:
    """The fit without a stack: batches one after the other, the plain loss, torch's own optimiser."""
    gate = AttentionGate(ARCHITECTURE.widths, (), ARCHITECTURE.d_gate, generator=torch.Generator().manual_seed(0))
    optimiser = torch.optim.AdamW(gate.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    for _ in range(EPOCHS):
        for batch in torch.split(torch.randperm(len(rows), generator=generator), BATCH_SIZE):
            present = rows.present[batch]
            scores = gate(ARCHITECTURE.features(rows.columns[batch]))[present]
            loss = torch.nn.functional.binary_cross_entropy_with_logits(scores, useful[batch][present])
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
    scores = gate(ARCHITECTURE.features(rows.columns)).detach()
    gate.sharpen(sharpness(scores[rows.present].double(), useful[rows.present].double()))
    return gate.requires_grad_(False)


def test_stacked_fits_are_plain_fits() -> None:
    rows, _, useful = planted(230)
    rows.present[torch.rand(230, 4, generator=torch.Generator().manual_seed(3)) < 0.2] = False
    parts = [torch.arange(230), torch.arange(0, 230, 2), torch.arange(1, 230, 2), torch.arange(200)]
    gates = [
        AttentionGate(ARCHITECTURE.widths, (), ARCHITECTURE.d_gate, generator=torch.Generator().manual_seed(0))
        for _ in parts
    ]
    generators = [torch.Generator().manual_seed(number) for number in range(4)]
    fits = [GateFit(gates[k], rows, useful, parts[k], generators[k]) for k in range(4)]
    fit_gates(ARCHITECTURE, fits)
    for number, (gate, part) in enumerate(zip(gates, parts, strict=True)):
        own = Rows(rows.columns[part], rows.present[part])
        plain = plainly_fitted(own, useful[part], torch.Generator().manual_seed(number))
        for name, weight in plain.state_dict().items():
            torch.testing.assert_close(gate.state_dict()[name], weight, rtol=1e-3, atol=1e-4, msg=name)


def test_a_gate_without_rows_stays_as_it_is() -> None:
    rows, _, useful = planted(10)
    gate = AttentionGate(ARCHITECTURE.widths, (), ARCHITECTURE.d_gate, generator=torch.Generator().manual_seed(0))
    before = copy.deepcopy(gate.state_dict())
    fit_gates(ARCHITECTURE, [GateFit(gate, rows, useful, torch.arange(0), torch.Generator())])
    assert all(torch.equal(weight, before[name]) for name, weight in gate.state_dict().items())


def test_the_factor_is_that_of_a_logistic_regression() -> None:
    rng = np.random.default_rng(0)
    scores = rng.normal(size=2000)
    hard = rng.random(2000) < 1 / (1 + np.exp(-(3 * scores - 1)))
    expected = LogisticRegression(C=np.inf, tol=1e-10).fit(scores[:, None], hard).coef_[0, 0]
    found = sharpness(torch.from_numpy(scores), torch.from_numpy(hard.astype(float)))
    assert found == pytest.approx(expected, rel=1e-4)
    assert found == pytest.approx(3, rel=0.15)


def test_equal_scores_stay_as_they_are() -> None:
    for score in (0.0, 0.5, -1.0):
        assert sharpness(torch.full((10,), score).double(), torch.full((10,), 0.9).double()) == 1


def test_a_frozen_gate_has_nothing_to_train_and_the_names_that_it_had() -> None:
    network = BlemoreNetwork(ARCHITECTURE, generator=torch.Generator().manual_seed(0))
    frozen = copy.deepcopy(network)
    freeze(frozen.gate)
    assert not list(frozen.gate.parameters())
    assert {*frozen.state_dict()} == {*network.state_dict()}
    network.load_state_dict(frozen.state_dict())
    rows, _, _ = planted(10)
    features = ARCHITECTURE.features(rows.columns)
    assert torch.equal(frozen.gate(features), network.gate(features))
