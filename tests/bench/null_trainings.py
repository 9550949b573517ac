"""How often two identical arms are called different, with trainings in place of a simulation.

    blemore cv --seeds 40 --name null
    python tests/bench/null_trainings.py runs/null --index index.h5 --group 5

Deals the seeds of a cross-validation into groups at random, takes two groups as two arms, compares them as `ablate`
would, and prints the share of p < 0.05. The pairs share clips and seeds, so the shares vary more than independent
pairs would; nothing in them prefers a group, so they are right on average.
"""

import argparse
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from blemore_cli.core.labels import PROBABILITY_COLUMNS
from blemore_cli.core.types import Clips, Ints
from blemore_cli.data.index.file import read_index
from blemore_cli.data.metadata.label_columns import labels_of_frame
from blemore_cli.evaluation.statistics.comparison import compare_arms


def predictions(run: Path, clips: Clips) -> tuple[Clips, Ints]:
    """The training clips of a run, and (S, N) labels that its seeds predicted for them."""
    path = run / "oof.csv"
    frame = pd.read_csv(path, dtype=str, keep_default_na=False).drop(columns=list(PROBABILITY_COLUMNS))
    label = labels_of_frame(frame, path)
    own = clips.take(~clips.is_test)
    row = {str(name): i for i, name in enumerate(own.filename)}
    seeds = sorted(frame["seed"].unique(), key=int)
    predicted = np.full((len(seeds), len(own)), -1)
    predicted[frame["seed"].map(seeds.index), frame["filename"].map(row)] = label
    return own, predicted


def main() -> None:
    """Prints the shares by method and figure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--index", type=Path, default=Path("index.h5"))
    parser.add_argument("--group", type=int, default=5, help="seeds in an arm")
    parser.add_argument("--pairs", type=int, default=500, help="pairs of arms")
    asked = parser.parse_args()
    clips, predicted = predictions(asked.run, read_index(asked.index).clips)
    rng = np.random.default_rng(0)
    below: Counter[tuple[str, str]] = Counter()
    for _ in range(asked.pairs):
        first, second = np.split(rng.permutation(len(predicted))[: 2 * asked.group], 2)
        arms = {"learned": predicted[first], "again": predicted[second]}
        for test in compare_arms(clips, arms, "learned", generator=rng, n_resamples=2000):
            below[test.method, test.metric] += test.p_value is not None and test.p_value < 0.05
    table = Table("method", "figure", "share of p < 0.05", title=f"{asked.pairs} pairs of {asked.group} seeds")
    for (method, metric), count in below.items():
        table.add_row(method, metric, f"{count / asked.pairs:.3f}")
    Console().print(table)


if __name__ == "__main__":
    main()
