from itertools import pairwise
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from blemore_cli.core.config.schema import AdaptConfig, TrainConfig
from blemore_cli.model.families import build_network
from blemore_cli.model.network import Architecture
from blemore_cli.training.adaptation import new_adapter
from blemore_cli.training.loop.job import EpochDraws, Sampler, TrainingJob, batch_sizes
from blemore_cli.training.scaler import Rows
from blemore_cli.training.seed_stream import SeedStream

N, N_TARGET, E, D_LATENT = 30, 11, 2, 8
CONFIG = TrainConfig(batch_size=8)


def rows_of(n: int) -> Rows:
    return Rows(torch.zeros(n, 7), torch.ones(n, E, dtype=torch.bool))


def fit(*, seed: int = 0, left_out: str = "0", adapt: Any = "none", **more: Any) -> TrainingJob:
    architecture = Architecture((4, 3), d_latent=D_LATENT, **more)
    network = build_network(architecture, generator=torch.Generator())
    adapter = new_adapter(AdaptConfig(method=adapt), D_LATENT, generator=torch.Generator())
    label = torch.zeros(N, dtype=torch.int64)
    return TrainingJob(network, adapter, rows_of(N), label, rows_of(N_TARGET), SeedStream(seed, left_out))


def epochs(of: TrainingJob, n: int = 3) -> list[EpochDraws]:
    sampler = Sampler(of, CONFIG)
    return [sampler.epoch() for _ in range(n)]


@given(st.integers(1, 300), st.integers(1, 100))
def test_batches_hold_every_row_in_the_fewest_nearly_equal_parts(n: int, batch_size: int) -> None:
    sizes = batch_sizes(n, batch_size)
    assert sum(sizes) == n
    assert max(sizes) <= batch_size
    assert max(sizes) - min(sizes) <= 1
    assert (len(sizes) - 1) * batch_size < n


def test_an_epoch_has_every_row_once_and_draws_in_the_unit_interval() -> None:
    for epoch in epochs(fit(adapt="coral")):
        assert epoch.order.sort().values.tolist() == list(range(N))
        assert (epoch.draws.shape, epoch.drops.shape) == ((N, E), (N, D_LATENT))
        assert (epoch.target_rows.shape, epoch.target_draws.shape) == ((4, 8), (4, 8, E))
        assert 0 <= int(epoch.target_rows.min()) <= int(epoch.target_rows.max()) < N_TARGET
        for draws in (epoch.draws, epoch.drops, epoch.target_draws):
            assert ((draws >= 0) & (draws < 1)).all()


def test_every_target_row_is_drawn_in_time() -> None:
    drawn = torch.cat([epoch.target_rows.flatten() for epoch in epochs(fit(adapt="mmd"), 5)])
    assert set(drawn.tolist()) == set(range(N_TARGET))


def test_no_target_row_is_drawn_where_nothing_adapts() -> None:
    for epoch in epochs(fit()):
        assert (epoch.target_rows.shape, epoch.target_draws.shape) == ((4, 0), (4, 0, E))


def test_epochs_differ_and_the_same_stream_repeats_them() -> None:
    first, again = epochs(fit(adapt="coral")), epochs(fit(adapt="coral"))
    for one, other in zip(first, again, strict=True):
        assert all(torch.equal(x, y) for x, y in zip(one, other, strict=True))
    for one, other in pairwise(first):
        assert not any(torch.equal(x, y) for x, y in zip(one, other, strict=True))


@pytest.mark.parametrize("other", [{"seed": 1}, {"left_out": "1"}], ids=str)
def test_other_streams_give_other_epochs(other: dict[str, Any]) -> None:
    for one, changed in zip(epochs(fit()), epochs(fit(**other)), strict=True):
        assert not torch.equal(one.order, changed.order)
        assert not torch.equal(one.draws, changed.draws)


@pytest.mark.parametrize(
    "other",
    [
        {"selection": "random", "top_n": 1},
        {"heads": "softmax_emotions"},
        {"adapt": "coral"},
        {"adapt": "dann"},
        {"dropout": 0},
    ],
    ids=str,
)
def test_arms_share_batches_and_draws(other: dict[str, Any]) -> None:
    for one, changed in zip(epochs(fit()), epochs(fit(**other)), strict=True):
        assert all(torch.equal(x, y) for x, y in zip(one[:3], changed[:3], strict=True))


def test_methods_of_adaptation_share_target_rows() -> None:
    for one, changed in zip(epochs(fit(adapt="coral")), epochs(fit(adapt="dann")), strict=True):
        assert all(torch.equal(x, y) for x, y in zip(one, changed, strict=True))
