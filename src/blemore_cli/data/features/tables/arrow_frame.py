"""Arrow tables, of Parquet and Feather files, as data frames with text columns for clip names."""

from pathlib import Path
from typing import Any

import pandas as pd

from blemore_cli.core.errors import DataError


def check_pyarrow(path: Path) -> None:
    """Refuses to go on without the optional package.

    Raises:
        DataError: If pyarrow is not installed.
    """
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        raise DataError(
            f"reading {path} needs the package pyarrow", fix="Install blemore[parquet], or save the table as CSV."
        ) from None


def frame_of_arrow(table: Any) -> pd.DataFrame:
    """A data frame of a `pyarrow.Table` with an index as columns, decimals as floats, structs as columns `OUTER.INNER`.

    An index without a name, unless it counts the rows, becomes a column without a name.
    """
    import pyarrow

    while any(pyarrow.types.is_struct(field.type) for field in table.schema):
        table = table.flatten()
    for position, field in enumerate(table.schema):
        column = table.column(position)
        if isinstance(field.type, pyarrow.BaseExtensionType):
            column = pyarrow.chunked_array([chunk.storage for chunk in column.chunks], field.type.storage_type)
        if pyarrow.types.is_decimal(field.type):
            column = column.cast(pyarrow.float64())
        if pyarrow.types.is_binary(field.type) or pyarrow.types.is_large_binary(field.type):
            column = _as_text(column)
        if column is not table.column(position):
            table = table.set_column(position, field.name, column)
    frame: pd.DataFrame = table.to_pandas()
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    elif not isinstance(frame.index, pd.RangeIndex):
        frame = frame.rename_axis("").reset_index()
    if isinstance(frame.columns, pd.MultiIndex):
        frame.columns = pd.Index([".".join(str(part) for part in name if str(part)) for name in frame.columns])
    return frame.rename(columns=lambda name: str(name).strip())


def _as_text(column: Any) -> Any:
    """A column of bytes as text, if they are UTF-8."""
    import pyarrow

    try:
        return column.cast(pyarrow.large_string())
    except pyarrow.ArrowInvalid:
        return column
