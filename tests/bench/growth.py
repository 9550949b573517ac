"""Growth of the cost of `train` with the numbers of clips and encoders: CPU seconds and memory, as CSV and as a figure.

    python tests/bench/growth.py [--out docs/growth]

Made features of 768 columns an encoder (`paper_size.py`), five epochs, one process, one thread. The lines of the figure
are proportional to clips, or to encoders, through the largest size of each series.
"""

import argparse
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import matplotlib as mpl
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.ticker import LogLocator
from paper_size import CONSOLE, INFORMATIVE, cost_of, write_project

WIDTH: Final = 768
SERIES: Final = {
    "5 encoders": [(clips, 5) for clips in (1250, 2500, 5000, 10_000, 20_000)],
    "5,000 clips": [(5000, encoders) for encoders in (5, 10, 20)],
    "20 encoders": [(5000, 20), (20_000, 20)],
}
TRAIN: Final = ("train", "--top-n", "3", "--jobs", "1", "--set", "train.max_epochs=5")


class Size(NamedTuple):
    """What a training of some size costs: CPU seconds, and GB of the largest process."""

    clips: int
    encoders: int
    seconds: float
    memory: float


def measured() -> Iterator[Size]:
    """The cost of each size, the small ones first."""
    for clips, encoders in sorted({size for sizes in SERIES.values() for size in sizes}):
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary) / "project"
            names = [*INFORMATIVE, *(f"encoder{i:02d}" for i in range(len(INFORMATIVE), encoders))]
            write_project(folder, n_clips=clips, widths=dict.fromkeys(names, WIDTH))
            cost_of(["index"], folder)
            cost = cost_of(TRAIN, folder)
        yield Size(clips, encoders, cost.seconds, cost.memory)


def draw(sizes: pd.DataFrame, path: Path) -> None:
    """Seconds and memory against clips and against encoders, both axes logarithmic, beside proportional growth."""
    mpl.rcParams["svg.hashsalt"] = "growth"
    figure, panels = plt.subplots(2, 2, figsize=(7, 5), sharex="col", layout="constrained")
    for column, (name, by) in enumerate((("5 encoders", "clips"), ("5,000 clips", "encoders"))):
        series = sizes[[size in SERIES[name] for size in zip(sizes["clips"], sizes["encoders"], strict=True)]]
        for row, (what, unit) in enumerate((("seconds", "CPU seconds"), ("memory", "memory (GB)"))):
            panel = panels[row, column]
            panel.loglog(series[by], series[what], "o-", label=f"train, {name}")
            last = series.iloc[-1]
            panel.loglog(series[by], last[what] * series[by] / last[by], ":", color="grey", label="proportional")
            panel.set_ylabel(unit)
            panel.set_xticks(series[by], labels=[f"{value:,}" for value in series[by]])
            panel.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            panel.yaxis.set_major_formatter("{x:g}")
            panel.minorticks_off()
            panel.legend(frameon=False)
        panels[1, column].set_xlabel(by)
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    """Measures, prints a line each, and writes the table and the figure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("docs/growth"), help="path of the files, without a suffix")
    chosen, sizes = parser.parse_args(), []
    for size in measured():
        CONSOLE.print(f"{size.clips:,} clips, {size.encoders} encoders: {size.seconds:.1f} s, {size.memory:.2f} GB")
        sizes.append(size)
    table = pd.DataFrame(sizes).round(2)
    table.to_csv(chosen.out.with_suffix(".csv"), index=False)
    draw(table, chosen.out.with_suffix(".svg"))


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
