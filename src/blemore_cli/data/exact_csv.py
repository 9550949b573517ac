"""CSV tables whose numbers are read to the last bit."""

import io
import warnings
from pathlib import Path
from typing import Any

import pandas as pd


def read_exact_csv(source: Path | io.BytesIO, **options: Any) -> pd.DataFrame:
    """`pandas.read_csv` with every number as Python's `float` would read it, whatever the release of pandas.

    Args:
        source: A file, or its content.
        options: Other arguments of `pandas.read_csv`.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*float_precision")  # the only parser of later releases
        table: pd.DataFrame = pd.read_csv(source, float_precision="round_trip", **options)
    return table
