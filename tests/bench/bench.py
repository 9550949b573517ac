"""`make bench`: each fast path beside its plain reference, measured side by side in one run, printed as a table."""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from blemore_cli.core.labels import EMOTIONS, IS_BLEND, N_LABELS, SALIENCE, SET_OF_LABEL, label_index
from blemore_cli.core.types import Clips, EncoderFeatures, Floats, Ints
from blemore_cli.data.aggregate import stats7
from blemore_cli.data.index_file import read_index, write_index
from blemore_cli.evaluation.thresholds import search_thresholds

N_CLIPS = 2456


def seconds(work: Callable[[], object], repeats: int) -> float:
    """Median wall time of one call."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
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


def threshold_search() -> tuple[float, float]:
    """Seconds of the plain loop and of the vectorised search, which must agree."""
    rng = np.random.default_rng(0)
    label = rng.integers(0, N_LABELS, N_CLIPS)
    salience = rng.dirichlet(np.ones(6), N_CLIPS) * 0.5 + SALIENCE[label] * 0.5
    found = search_thresholds(label, salience)
    if plain_search(label, salience) != (found.alpha, found.beta):
        raise SystemExit("the threshold searches disagree")
    return seconds(lambda: plain_search(label, salience), 1), seconds(lambda: search_thresholds(label, salience), 20)


def aggregation() -> tuple[float, float]:
    """Seconds of numpy's calls and of `stats7` on one clip of 200 frames of width 1024."""
    frames = np.random.default_rng(0).normal(size=(200, 1024)).astype(np.float32)
    if not np.array_equal(plain_stats7(frames), stats7(frames)):
        raise SystemExit("the aggregations disagree")
    return seconds(lambda: plain_stats7(frames), 5), seconds(lambda: stats7(frames), 20)


def index_read() -> tuple[float, float]:
    """Seconds of `np.load` and of reading the same matrix from an index."""
    n, width = 3050, 7168
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
        return seconds(lambda: np.load(npy), 7), seconds(lambda: index.features("wide"), 7)


def help_time() -> tuple[float, float]:
    """Seconds of importing torch, and of `blemore --help`, each in a new process."""
    torch = [sys.executable, "-c", "import torch"]
    helped = [sys.executable, "-m", "blemore_cli", "--help"]
    return seconds(lambda: subprocess.run(torch, check=True), 3), seconds(
        lambda: subprocess.run(helped, check=True, capture_output=True), 5
    )


def main() -> None:
    """Measures and prints everything."""
    table = Table("what", "plain", "blemore", "ratio", title="blemore bench (median wall time)")
    for name, measure in (
        (f"threshold search, {N_CLIPS} clips against the 400-cell loop", threshold_search),
        ("stats7 of 200 x 1024 float32 against numpy's calls", aggregation),
        ("index read of 3050 x 7168 against np.load", index_read),
        ("--help against importing torch", help_time),
    ):
        plain, fast = measure()
        table.add_row(name, f"{plain * 1e3:.2f} ms", f"{fast * 1e3:.2f} ms", f"{plain / fast:.1f}x")
    Console().print(table)


if __name__ == "__main__":
    main()
