"""Whatever is stacked, each network is trained as it is alone."""

from dataclasses import dataclass
from typing import Any, Final, get_args

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from blemore_cli.core.choices import Adaptation, FusionRule, Heads, Selection
from blemore_cli.core.config.schema import AdaptConfig, Config, TrainConfig
from blemore_cli.model.families import build_network
from blemore_cli.model.network import Architecture
from blemore_cli.training.adaptation import new_adapter
from blemore_cli.training.loop.job import TrainingJob
from blemore_cli.training.loop.stack import StackedTrainer
from blemore_cli.training.loop.trainer import SequentialTrainer
from blemore_cli.training.predict import PredictionInput
from blemore_cli.training.scaler import Rows
from blemore_cli.training.seed_stream import SeedStream

WIDTHS: Final = (4, 3, 2)
OTHER_FUSIONS: tuple[FusionRule, ...] = ("rank", "concat", "evidence")
D_LATENT: Final = 6


@dataclass(frozen=True)
class Run:
    """One training by its seed, selection, and numbers of rows that it learns from, adapts to and predicts."""

    seed: int
    selection: Selection
    top_n: int
    n_train: int
    n_target: int


def some_rows(n: int, generator: torch.Generator) -> Rows:
    present = torch.rand(n, len(WIDTHS), generator=generator) < 0.7
    present[:, 0] = True
    columns = torch.cat(
        [torch.randn(n, width, generator=generator) * present[:, [e]] for e, width in enumerate(WIDTHS)], dim=1
    )
    return Rows(columns, present)


def fit_of(run: Run, method: Adaptation, **variant: Any) -> TrainingJob:
    generator = torch.Generator().manual_seed(run.seed)
    ranked = {"selection": run.selection, "top_n": run.top_n} | variant
    network = build_network(Architecture(WIDTHS, d_latent=D_LATENT, d_gate=3, **ranked), generator=generator)
    adapter = new_adapter(AdaptConfig(method=method), network.d_fused, generator=generator)
    rows, target = some_rows(run.n_train, generator), some_rows(run.n_target, generator)
    label = torch.randint(0, 36, (run.n_train,), generator=generator)
    return TrainingJob(network, adapter, rows, label, target, SeedStream(run.seed, "0"))


@st.composite
def stacks(draw: st.DrawFn) -> tuple[list[Run], int]:
    """Runs with equally many batches of a size, filled to different heights."""
    n_batches, batch_size = draw(st.integers(1, 3)), draw(st.integers(2, 8))
    n_train = st.integers(max(2, (n_batches - 1) * batch_size + 1), n_batches * batch_size)
    run = st.builds(
        Run, st.integers(0, 99), st.sampled_from(get_args(Selection)), st.integers(1, 3), n_train, st.integers(1, 12)
    )
    return draw(st.lists(run, min_size=1, max_size=5)), batch_size


@settings(max_examples=25)
@given(stacks(), st.sampled_from(get_args(Adaptation)), st.booleans())
def test_stacked_is_alone(drawn: tuple[list[Run], int], method: Adaptation, averaging: bool) -> None:
    check_stacked_is_alone(drawn, method, averaging)


@settings(max_examples=12)
@given(
    stacks(),
    st.sampled_from(["rank", "concat", "evidence"]),
    st.sampled_from(["decoupled", "mixture"]),
    st.integers(1, 3),
)
def test_stacked_is_alone_with_every_fusion(
    drawn: tuple[list[Run], int], fusion: FusionRule, heads: Heads, n: int
) -> None:
    width = {"selection": "learned", "top_n": n} if fusion == "concat" else {}
    check_stacked_is_alone(drawn, "none", False, fusion=fusion, heads=heads, **width)


@settings(max_examples=12)
@given(stacks(), st.permutations(range(len(WIDTHS))), st.integers(1, len(WIDTHS)))
def test_stacked_is_alone_with_every_view_of_the_gate(
    drawn: tuple[list[Run], int], encoders: list[int], n: int
) -> None:
    check_stacked_is_alone(drawn, "none", False, gate_view=tuple(encoders[:n]))


def check_stacked_is_alone(drawn: tuple[list[Run], int], method: Adaptation, averaging: bool, **variant: Any) -> None:
    runs, batch_size = drawn
    train = TrainConfig(batch_size=batch_size, warmup_epochs=1, weight_averaging=averaging, device="cpu")
    config = Config(train=train, adapt=AdaptConfig(method=method, warmup_epochs=1))
    fits = [fit_of(run, method, **variant) for run in runs]
    inputs = [
        PredictionInput(fit.target, torch.rand(len(fit.target), len(WIDTHS), generator=fit.stream.torch("inputs")))
        for fit in fits
        if fit.target is not None
    ]
    together, alone = (
        StackedTrainer(fits, config),
        SequentialTrainer([fit_of(run, method, **variant) for run in runs], config),
    )
    kept = list(range(len(runs)))[::-2]  # every second one, from the last
    for trainers in (together, alone):
        trainers.epoch()
        trainers.keep(kept)
    np.testing.assert_allclose(together.epoch(), alone.epoch(), rtol=1e-5)
    inputs = [inputs[position] for position in kept]
    for found, expected in zip(together.predict(inputs), alone.predict(inputs), strict=True):
        np.testing.assert_allclose(found.prob, expected.prob, rtol=0, atol=1e-5)
        np.testing.assert_allclose(found.weights, expected.weights, rtol=0, atol=1e-5)
