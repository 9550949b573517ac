"""A view that fails for the test objects alone, in a project folder of `six_views.py`: what shift weights are for.

    python tests/bench/shifted_view.py FOLDER VIEW [VIEW ...]

The test objects' rows of these views become those of a training object of another class, the same object for all of the
views, so that they agree, and 1.0 is added to each column. No training object changes: nothing that is fitted to labels
can know. Index again, and train with `--set train.standardize=global` (within the split the mean would be taken away)
and `--set adapt.shift=none`, `downweight` or `drop`.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from six_views import LABEL

TRAIN, TEST = "train_metadata.csv", "test_labels.csv"


def shift(folder: Path, views: list[str]) -> None:
    """Overwrites the features of the views."""
    train, test = (pd.read_csv(folder / name, dtype=str, keep_default_na=False) for name in (TRAIN, TEST))
    label, others = (part[LABEL].agg("/".join, axis=1).to_numpy() for part in (test, train))
    rng = np.random.default_rng(0)
    donors = [train["filename"].iloc[rng.choice(np.flatnonzero(others != own))] for own in label]
    for view in views:
        path = folder / "features" / f"{view}_static_features.npz"
        with np.load(path, allow_pickle=False) as arrays:
            x, filenames = arrays["X"], arrays["filenames"]
        row = {str(name): place for place, name in enumerate(filenames)}
        x[[row[name] for name in test["filename"]]] = x[[row[name] for name in donors]] + 1
        np.savez(path, X=x, filenames=filenames)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("views", nargs="+")
    options = parser.parse_args()
    shift(options.folder, options.views)
