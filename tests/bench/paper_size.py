"""Training at the size of the published systems: 12 encoders, 69,195 columns, 3,050 clips, 844 MB of made features.

    python tests/bench/paper_size.py [--clips N] [--encoders E] [--divisor D] [--reduce auto,none] [--ablate SEEDS]
                                     [--folder DIR]

Every time is user and system CPU seconds of a process and its children, and its ratio to one X X^T of all encoders on
one thread, measured in the same run. The features are made: three encoders carry a weak signal, in directions of
middling variance, beside persons and a decaying spectrum. Clips, persons and folds are those of the planted example.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rich.console import Console

from blemore_cli.core.labels import SALIENCE
from blemore_cli.core.types import Ints
from blemore_cli.data.example.design import design_clips
from blemore_cli.data.example.project import OFFICIAL_COLUMNS

WIDTHS: Final = {
    "videomae": 9856,
    "imagebind": 7168,
    "hubert": 7168,
    "wavlm": 7168,
    "wav2vec2": 7168,
    "dinov2": 7168,
    "clip": 5376,
    "videoswin": 5376,
    "openface": 4963,
    "whisper": 4112,
    "hicmae": 3584,
    "egemaps": 88,
}
"""Columns of each encoder; 69,195 together."""

INFORMATIVE: Final = ("imagebind", "wavlm", "hicmae")
N_FACTORS: Final = 120
"""Directions in which the made features of an encoder vary beyond noise."""
MIDDLING: Final = 10
"""Number of the first factor that carries the signal, by falling variance."""

CONSOLE: Final = Console(width=200)
PROJECT: Final = "data:\n  features: [features]\n  train_metadata: train.csv\n  test_metadata: test.csv\n"


class Cost(NamedTuple):
    """CPU seconds of a command with its children, and the largest memory of one of its processes in GB."""

    seconds: float
    memory: float


def write_project(
    folder: Path, *, n_clips: int, widths: dict[str, int], seed: int = 0, first_factor: int = MIDDLING
) -> Path:
    """Writes features, metadata and configuration; the same arguments give the same bytes. Returns its file."""
    clips = design_clips(n_clips, seed)
    is_test = clips["is_test"].to_numpy(dtype=bool)
    (folder / "features").mkdir(parents=True)
    for position, (name, width) in enumerate(widths.items()):
        signal = first_factor if name in INFORMATIVE else None
        matrix = made_features(clips, width, signal=signal, seed=(seed, position))
        names = clips["filename"].to_numpy(dtype=str)
        np.savez(folder / "features" / f"{name}_static_features.npz", X=matrix, filenames=names)
    clips.loc[~is_test, [*OFFICIAL_COLUMNS]].to_csv(folder / "train.csv", index=False)
    clips.loc[is_test, ["filename"]].to_csv(folder / "test.csv", index=False)
    config = folder / "blemore.yaml"
    config.write_text(PROJECT, encoding="utf-8")
    return config


def made_features(clips: pd.DataFrame, width: int, *, signal: int | None, seed: Sequence[int]) -> NDArray[np.float32]:
    """(N, D) factors with a falling spectrum, a part of which is the person, and unit noise on every column.

    An informative encoder has the salience of its clip in six of the factors, of which `signal` is the first.
    """
    rng = np.random.default_rng(seed)
    n = len(clips)
    persons: Ints = pd.factorize(clips["video_id"])[0]
    factors = rng.normal(size=(n, N_FACTORS)) + rng.normal(size=(persons.max() + 1, N_FACTORS))[persons]
    if signal is not None:
        factors[:, signal : signal + 6] += 1.5 * SALIENCE[clips["label"].to_numpy()] / SALIENCE.std(axis=0)
    spectrum = 1 / np.sqrt(1 + np.arange(N_FACTORS))
    loadings = rng.normal(size=(N_FACTORS, width)) * spectrum[:, None]
    matrix = (factors @ loadings).astype(np.float32)
    return matrix + rng.normal(size=matrix.shape).astype(np.float32)


def inner_products(folder: Path) -> float:
    """CPU seconds of one X X^T of each encoder, on one thread in float32."""
    total = 0.0
    for path in sorted((folder / "features").glob("*.npz")):
        matrix = np.load(path)["X"]
        start = time.process_time()
        matrix @ matrix.T
        total += time.process_time() - start
    return total


def cost_of(arguments: Sequence[str], folder: Path) -> Cost:
    """The cost of a command, run in a process that is its own parent, so that its children are counted alone."""
    code = (
        "import resource, subprocess, sys\n"
        "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(used.ru_utime + used.ru_stime, used.ru_maxrss / 2**20)"
    )
    command = [sys.executable, "-c", code, sys.executable, "-m", "blemore_cli", *arguments, "--quiet"]
    printed = subprocess.run(command, check=True, cwd=folder, capture_output=True, text=True).stdout
    return Cost(*map(float, printed.split()[-2:]))


def costs(folder: Path, reduce: str, *, jobs: int, n_seeds: int = 0) -> Iterator[tuple[str, Cost]]:
    """The cost of a first training on an index, of one with another seed, and of an ablation with some seeds."""
    runs = ["--set", f"runs=runs-{reduce.replace(':', '')}", "--set", f"model.reduce={reduce}"]
    train = ["train", "--top-n", "3", "--jobs", str(jobs), *runs]
    yield f"train --top-n 3, reduce {reduce}, first run", cost_of(train, folder)
    yield f"train --top-n 3, reduce {reduce}, second run", cost_of([*train, "--seed", "1"], folder)
    if n_seeds:
        ablate = ["ablate", "--seeds", str(n_seeds), "--jobs", str(jobs), *runs]
        yield f"ablate --seeds {n_seeds}, five arms, reduce {reduce}", cost_of(ablate, folder)


def main() -> None:
    """Measures and prints a line each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=int, default=3050)
    parser.add_argument("--encoders", type=int, default=len(WIDTHS))
    parser.add_argument("--divisor", type=int, default=1, help="of the columns")
    parser.add_argument("--reduce", default="auto,none")
    parser.add_argument("--ablate", type=int, default=0, metavar="SEEDS", help="measure the ablation of five arms too")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="keep the made project here, or use the one that is there")
    chosen = parser.parse_args()
    widths = {name: max(4, width // chosen.divisor) for name, width in list(WIDTHS.items())[: chosen.encoders]}
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.folder or Path(temporary) / "project"
        if not folder.exists():
            write_project(folder, n_clips=chosen.clips, widths=widths)
        unit = inner_products(folder)
        size = f"{len(widths)} encoders, {sum(widths.values()):,} columns, {chosen.clips:,} clips"
        CONSOLE.print(f"X X^T of {size}: {unit:.1f} s")
        print_cost("index", cost_of(["index"], folder), unit)
        for reduce in chosen.reduce.split(","):
            for what, cost in costs(folder, reduce, jobs=chosen.jobs, n_seeds=chosen.ablate):
                print_cost(what, cost, unit)


def print_cost(what: str, cost: Cost, unit: float) -> None:
    """Prints CPU seconds, ratio and memory."""
    CONSOLE.print(f"{what}: {cost.seconds:.1f} s, ratio {cost.seconds / unit:.1f}, {cost.memory:.2f} GB")


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
