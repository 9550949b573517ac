"""`make bench`: each fast path beside its plain reference, measured side by side in one run, printed as a table.

    python tests/bench/bench.py [NAME ...]

A measure is a function of `MEASURES` that takes the scale and yields rows: what was measured, and the seconds of both
sides. Where both sides have a result, they must agree. The organisers' whole training loop is a script of its own,
organisers_loop.py, and so is training at the size of the published systems, paper_size.py.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import fusions
import indexing
import numpy as np
import stacking
import torch
from rich.console import Console
from rich.table import Table

from blemore_cli.core.gram import gram_matrix
from blemore_cli.core.labels import EMOTIONS, IS_BLEND, N_LABELS, SALIENCE, SET_OF_LABEL, label_index
from blemore_cli.core.types import Clips, EncoderFeatures, Floats, Ints
from blemore_cli.data.features.aggregate import stats7
from blemore_cli.data.index.file import read_index, write_index
from blemore_cli.evaluation.scoring.thresholds import search_thresholds
from blemore_cli.model.families import build_network
from blemore_cli.model.network import Architecture
from blemore_cli.model.sparse import predicted
from blemore_cli.training.reduction import principal_components
from blemore_cli.training.wide.dual_components import dual_components

N_CLIPS = 2456


class Scale(NamedTuple):
    """How large a measure is: as it is reported, or divided, to see that it works."""

    divisor: int = 1

    def size(self, n: int) -> int:
        """A number of rows or columns."""
        return max(n // self.divisor, 4)

    def repeats(self, n: int) -> int:
        """How often a side is timed."""
        return n if self.divisor == 1 else 1


class Row(NamedTuple):
    """A line of the table: what, and the median seconds of the plain reference and of blemore."""

    what: str
    plain: float
    blemore: float


def seconds(work: Callable[[], object], repeats: int, clock: Callable[[], float] = time.perf_counter) -> float:
    """Median time of one call by a clock, which is that of the wall if it is not given."""
    times = []
    for _ in range(repeats):
        start = clock()
        work()
        times.append(clock() - start)
    return statistics.median(times)


def plain_decode(values: list[float], alpha: float, beta: float) -> int:
    """The organisers' rule for one clip, as their text says it."""
    second, first = sorted(range(6), key=lambda i: (values[i], -i))[-2:]
    kept = {i: values[i] for i in (first, second) if values[i] >= alpha and values[i] > 0}
    if len(kept) < 2 or EMOTIONS.index("neu") in kept:
        return first
    ratio = (50, 50) if values[first] - values[second] <= beta else (70, 30)
    return label_index({EMOTIONS[first]: ratio[0], EMOTIONS[second]: ratio[1]})


def plain_search(label: Ints, salience: Floats) -> tuple[float, float]:
    """The 400-cell loop."""
    best, found = -1.0, (0.0, 0.0)
    rows = salience.tolist()
    for alpha in np.linspace(0.05, 0.95, 20):
        for beta in np.linspace(0.05, 0.95, 20):
            decoded = np.array([plain_decode(row, alpha, beta) for row in rows])
            presence = np.mean(SET_OF_LABEL[decoded] == SET_OF_LABEL[label])
            blends = IS_BLEND[label]
            score = (presence + np.mean(decoded[blends] == label[blends])) / 2
            if score > best:
                best, found = score, (float(alpha), float(beta))
    return found


def plain_stats7(frames: Floats) -> Floats:
    """One numpy call for each statistic."""
    percentiles = [np.percentile(frames, p, axis=0) for p in (10, 25, 50, 75, 90)]
    return np.concatenate([frames.mean(axis=0), frames.std(axis=0), *percentiles])


def threshold_search(scale: Scale) -> Iterator[Row]:
    """The plain loop and the vectorised search."""
    rng, n = np.random.default_rng(0), scale.size(N_CLIPS)
    label = rng.integers(0, N_LABELS, n)
    salience = rng.dirichlet(np.ones(6), n) * 0.5 + SALIENCE[label] * 0.5
    found = search_thresholds(label, salience)
    if plain_search(label, salience) != (found.alpha, found.beta):
        raise SystemExit("the threshold searches disagree")
    plain = seconds(lambda: plain_search(label, salience), 1)
    fast = seconds(lambda: search_thresholds(label, salience), scale.repeats(20))
    yield Row(f"threshold search, {n} clips against the 400-cell loop", plain, fast)


def aggregation(scale: Scale) -> Iterator[Row]:
    """Numpy's calls and `stats7`, on one clip."""
    shape = scale.size(200), scale.size(1024)
    frames = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    if not np.array_equal(plain_stats7(frames), stats7(frames)):
        raise SystemExit("the aggregations disagree")
    plain = seconds(lambda: plain_stats7(frames), scale.repeats(5))
    fast = seconds(lambda: stats7(frames), scale.repeats(20))
    yield Row(f"stats7 of {shape[0]} x {shape[1]} float32 against numpy's calls", plain, fast)


def index_read(scale: Scale) -> Iterator[Row]:
    """`np.load`, and reading the same matrix from an index."""
    n, width = scale.size(3050), scale.size(7168)
    matrix = np.random.default_rng(0).normal(size=(n, width)).astype(np.float32)
    names = np.array([f"clip_{i}" for i in range(n)])
    fold = np.arange(n) % 5
    actors = np.char.add("A", fold.astype(str))
    clips = Clips(names, actors, np.zeros(n, dtype=bool), fold, np.zeros(n, dtype=np.int64))
    encoder = EncoderFeatures("wide", matrix, np.ones(n, dtype=bool), "av", "bench", "static", "0" * 64)
    with tempfile.TemporaryDirectory() as folder:
        npy, h5 = Path(folder) / "wide.npy", Path(folder) / "index.h5"
        np.save(npy, matrix)
        write_index(h5, clips, [encoder])
        index = read_index(h5)
        plain, fast = (
            seconds(read, scale.repeats(7)) for read in (lambda: np.load(npy), lambda: index.features("wide"))
        )
    yield Row(f"index read of {n} x {width} against np.load", plain, fast)


def index_build(scale: Scale) -> Iterator[Row]:
    """Indexing a pack of features as large as the organisers', and reading its files and their statistics alone."""
    yield from (Row(*measured) for measured in indexing.races(scale.size(indexing.N_CLIPS), scale.size))


def help_time(scale: Scale) -> Iterator[Row]:
    """Importing torch, and `blemore --help`, each in a new process."""
    torch = [sys.executable, "-c", "import torch"]
    helped = [sys.executable, "-m", "blemore_cli", "--help"]
    plain = seconds(lambda: subprocess.run(torch, check=True), scale.repeats(3))
    fast = seconds(lambda: subprocess.run(helped, check=True, capture_output=True), scale.repeats(5))
    yield Row("--help against importing torch", plain, fast)


def stacked_training(scale: Scale) -> Iterator[Row]:
    """An epoch of models of several sizes, one after the other, and as experiments train them."""
    sizes = [stacking.Size(*map(scale.size, size)) for size in stacking.SIZES]
    yield from (Row(*measured) for measured in stacking.races(sizes, rounds=scale.repeats(5)))


def sparse_prediction(scale: Scale) -> Iterator[Row]:
    """Predicting wide encoders by the network's forward, and by projecting what is kept."""
    widths, n = (scale.size(1024),) * 12, scale.size(1024)
    generator = torch.Generator().manual_seed(0)
    features = [torch.randn(n, width, generator=generator) for width in widths]
    asked = (features, torch.ones(n, len(widths), dtype=torch.bool), torch.rand(n, len(widths), generator=generator))
    for view, gate in (((), "each gate reads its encoder"), ((0,), "the gate reads one encoder")):
        architecture = Architecture(widths, top_n=3, gate_view=view)
        network = build_network(architecture, generator=generator).requires_grad_(False)
        if not torch.allclose(network(*asked).log_prob, predicted(network, *asked).log_prob, atol=1e-5):
            raise SystemExit("the predictions disagree")
        plain, fast = (
            seconds(partial(way, *asked), scale.repeats(20)) for way in (network, partial(predicted, network))
        )
        yield Row(f"{n} clips, top-3 of 12 x {widths[0]}, {gate}", plain, fast)


def wide_reduction(scale: Scale) -> Iterator[Row]:
    """64 components of a training side of a wide encoder: of its rows, and of the inner products of the index."""
    n, n_train, width = scale.size(3050), scale.size(1934), scale.size(7168)
    n_components = min(64, n_train // 4)
    rng = np.random.default_rng(0)
    factors = rng.normal(size=(n, n_components)) * np.linspace(9, 3, n_components)
    matrix = (factors @ rng.normal(size=(n_components, width)) + rng.normal(size=(n, width))).astype(np.float32)
    products = gram_matrix(lambda columns: matrix[:, columns], width)

    def scores() -> Floats:
        return products[:, :n_train] @ dual_components(products[:n_train, :n_train], n_components)

    exact = matrix @ principal_components(matrix[:n_train], n_components)
    if not np.allclose(scores() @ scores().T, exact @ exact.T, atol=0.01 * np.square(exact).sum(axis=1).max()):
        raise SystemExit("the components disagree")
    plain = seconds(lambda: matrix @ principal_components(matrix[:n_train], n_components), 1)
    fast = seconds(scores, scale.repeats(5))
    what = f"{n_components} components of {n_train} x {width} and scores of {n}"
    yield Row(f"{what}, after the index's one Gram matrix", plain, fast)


def fusion_training(scale: Scale) -> Iterator[Row]:
    """A run and five arms by fusion of latents, and by fusion of evidence, which is the default, in CPU seconds."""
    cpu_seconds = partial(seconds, repeats=1, clock=time.process_time)
    yield from (Row(*measured) for measured in fusions.race(cpu_seconds, scale.size(fusions.N_CLIPS)))


MEASURES: tuple[Callable[[Scale], Iterator[Row]], ...] = (
    threshold_search,
    aggregation,
    index_read,
    index_build,
    help_time,
    stacked_training,
    wide_reduction,
    fusion_training,
    sparse_prediction,
)


def main() -> None:
    """Measures what is named on the command line, or everything, and prints it."""
    known = {measure.__name__: measure for measure in MEASURES}
    unknown = set(sys.argv[1:]) - set(known)
    if unknown:
        raise SystemExit(f"a measure is one of {', '.join(known)}, got {', '.join(sorted(unknown))}")
    table = Table("what", "plain", "blemore", "ratio", title="blemore bench (median wall time)")
    for name in sys.argv[1:] or known:
        for row in known[name](Scale()):
            cells = f"{row.plain * 1e3:.2f} ms", f"{row.blemore * 1e3:.2f} ms", f"{row.plain / row.blemore:.1f}x"
            table.add_row(row.what, *cells)
    Console().print(table)


if __name__ == "__main__":
    main()
