"""Planted answer of an example project: the encoders that carry the label of each clip."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from blemore_cli.core.errors import DataError, listed
from blemore_cli.core.types import Bools, Strings
from blemore_cli.data.metadata.csv_table import read_table

PLANTED: Final = Path("planted") / "informative.csv"
"""Path of the answer, relative to the `blemore.yaml` of an example."""


def read_informative(path: Path, filename: Strings, encoders: Sequence[str]) -> Bools:
    """Reads which encoders carry the labels of some clips.

    Args:
        path: A table with a row for each clip and a column of 0 and 1 for each encoder.
        filename: (N,) clip names, the rows of the result.
        encoders: E encoder names, the columns of the result.

    Returns:
        (N, E).

    Raises:
        DataError: If a clip or an encoder is missing.
    """
    frame = read_table(path, ("filename", *encoders)).set_index("filename")
    missing = [str(name) for name in filename if name not in frame.index]
    if missing:
        raise DataError(
            f"{path}: the planted answer must have every clip of the index, got none for {listed(missing)}",
            fix="Move the file away if it is not of this index.",
        )
    return np.asarray(frame.loc[list(filename), list(encoders)].to_numpy() == "1")
