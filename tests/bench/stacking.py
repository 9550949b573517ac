"""Stacked training against one model after the other, from small models to wide ones, on one thread.

Each size is trained as an experiment would train it: in stacks of `stack_limit` models, one by one where that is 1.
"""

import time
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch

from blemore_cli.core.config.schema import Config
from blemore_cli.core.labels import N_LABELS
from blemore_cli.model.families import build_network
from blemore_cli.model.network import Architecture
from blemore_cli.training.loop.job import TrainingJob
from blemore_cli.training.loop.stack import StackedTrainer
from blemore_cli.training.loop.stack_size import stack_limit
from blemore_cli.training.loop.trainer import SequentialTrainer
from blemore_cli.training.scaler import Rows
from blemore_cli.training.seed_stream import SeedStream

N_ROWS = 512
CONFIG = Config()


class Size(NamedTuple):
    """How many models there are, and what each reads."""

    n_models: int
    n_encoders: int
    width: int

    @property
    def widths(self) -> tuple[int, ...]:
        return (self.width,) * self.n_encoders

    def __str__(self) -> str:
        return f"{self.n_models} models of {self.n_encoders} x {self.width}"


SIZES = (Size(20, 4, 16), Size(20, 8, 42), Size(20, 8, 128), Size(20, 12, 256), Size(8, 12, 1024), Size(4, 12, 4096))


def jobs_of(size: Size) -> list[TrainingJob]:
    """Untrained models of one size on shared random rows."""
    generator = torch.Generator().manual_seed(0)
    columns = torch.randn(N_ROWS, sum(size.widths), generator=generator)
    rows = Rows(columns, torch.ones(N_ROWS, size.n_encoders, dtype=torch.bool))
    label = torch.randint(N_LABELS, (N_ROWS,), generator=generator)
    streams = [SeedStream(seed, "bench") for seed in range(size.n_models)]
    networks = [build_network(Architecture(size.widths), generator=stream.torch("weights")) for stream in streams]
    return [
        TrainingJob(network, None, rows, label, None, stream) for network, stream in zip(networks, streams, strict=True)
    ]


def trainers_of(size: Size, limit: int) -> list[StackedTrainer | SequentialTrainer]:
    """The models of one size in stacks of a limit."""
    jobs = jobs_of(size)
    kind = SequentialTrainer if limit == 1 else StackedTrainer
    return [kind(jobs[start : start + limit], CONFIG) for start in range(0, len(jobs), limit)]


def race(size: Size, limit: int, *, rounds: int) -> tuple[float, float]:
    """Median seconds of an epoch of all models, one by one and in stacks, taken in turns."""
    sides = trainers_of(size, 1), trainers_of(size, limit)
    losses: tuple[list[float], list[float]] = ([], [])
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds + 1):
        for trainers, loss, spent in zip(sides, losses, times, strict=True):
            start = time.perf_counter()
            loss[:] = [each for trainer in trainers for each in trainer.epoch()]
            spent.append(time.perf_counter() - start)
    if not np.allclose(*losses, rtol=1e-3):
        raise SystemExit(f"{size}: the losses of both sides disagree")
    return float(np.median(times[0][1:])), float(np.median(times[1][1:]))


def races(sizes: Sequence[Size], *, rounds: int) -> Iterator[tuple[str, float, float]]:
    """Of each size: what, seconds one by one, and seconds as experiments train it."""
    torch.set_num_threads(1)
    for size in sizes:
        limit = min(stack_limit(CONFIG, size.widths), size.n_models)
        how = f"in stacks of {limit}" if limit > 1 else "one by one on both sides"
        yield f"an epoch of {size}, {how}", *race(size, limit, rounds=rounds)
