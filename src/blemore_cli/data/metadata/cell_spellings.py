"""Spellings of metadata cells (emotions, `mix`, saliences, nothing) as other programs write them, made uniform."""

import re
from collections.abc import Mapping
from typing import Final

import pandas as pd

from blemore_cli.core.labels import EMOTIONS
from blemore_cli.data.metadata.label_columns import LABEL_COLUMNS

EMOTION_COLUMNS: Final = LABEL_COLUMNS[1:3]
SALIENCE_COLUMNS: Final = LABEL_COLUMNS[3:]

NOTHING: Final = frozenset({"nan", "none", "null", "na", "n/a", "<na>", "-", "nat"})
"""Texts, in lower case, that programs write for an empty cell."""

MIX: Final[Mapping[str, str]] = {
    **dict.fromkeys(("0.0", "false", "no", "n", "f"), "0"),
    **dict.fromkeys(("1.0", "true", "yes", "y", "t"), "1"),
}
WORDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("anger", "angry"), "ang"),
    **dict.fromkeys(("disgust", "disgusted"), "disg"),
    **dict.fromkeys(("fear", "fearful"), "fea"),
    **dict.fromkeys(("happiness", "happy"), "hap"),
    **dict.fromkeys(("sadness",), "sad"),
    **dict.fromkeys(("neutral",), "neu"),
}
"""Words for an emotion, in lower case."""

_ZERO: Final = r"0(\.0+)?"
_FRACTION: Final = re.compile(r"0?\.[357]0*|1(\.0+)?")


def without_texts_for_nothing(cells: "pd.Series[str]") -> "pd.Series[str]":
    """Cells without outer blanks, in which texts such as `nan` and `None` are empty.

    Examples:
        >>> without_texts_for_nothing(pd.Series([" ang", "NaN", "None"])).tolist()
        ['ang', '', '']
    """
    stripped = cells.str.strip()
    return stripped.mask(stripped.str.lower().isin(NOTHING), "")


def uniform_labels(frame: pd.DataFrame, *, of_truth: bool = True) -> tuple[pd.DataFrame, list[str]]:
    """The label columns as `labels_of_frame` reads them.

    Cells lose outer blanks; texts for nothing are empty; `mix` may be `True` or `1.0`; saliences may have a decimal
    comma and a percent sign. Of a truth, emotions may be words in any case, the salience of no emotion 0, and all
    saliences fractions of 1. Of predictions they may not: the organisers' code would count them as wrong.

    Args:
        frame: Text with some of the label columns.
        of_truth: Whether the labels are the truth and no predictions.

    Returns:
        The table, and notes on what was guessed.

    Examples:
        >>> row = pd.DataFrame([["True", "Happy", "anger", "0.7", "0.3"]], columns=list(LABEL_COLUMNS))
        >>> uniform_labels(row)[0].iloc[0].tolist()
        ['1', 'hap', 'ang', '70', '30']
    """
    columns = {name: without_texts_for_nothing(frame[name]) for name in LABEL_COLUMNS if name in frame}
    if "mix" in columns:
        columns["mix"] = columns["mix"].map(lambda cell: MIX.get(cell.lower(), cell))
    for name in SALIENCE_COLUMNS:
        if name in columns:
            columns[name] = columns[name].str.replace(r"\s*%$", "", regex=True).str.replace(",", ".", regex=False)
    notes: list[str] = []
    if of_truth:
        for name in columns.keys() & set(EMOTION_COLUMNS):
            columns[name] = columns[name].map(_emotion)
        notes = _with_plain_saliences(columns)
    return frame.assign(**columns), notes


def _emotion(cell: str) -> str:
    """The emotion's short name, where the cell is one or a word for it."""
    lower = cell.lower()
    return lower if lower in EMOTIONS else WORDS.get(lower, cell)


def _with_plain_saliences(columns: dict[str, "pd.Series[str]"]) -> list[str]:
    """Leaves out zeros for no emotion, and turns fractions of 1 into percents if all saliences are, in place."""
    if not {*SALIENCE_COLUMNS, "emotion_2"} <= columns.keys():
        return []
    is_zero = (columns["emotion_2"] == "") & columns[SALIENCE_COLUMNS[1]].str.fullmatch(_ZERO)
    columns[SALIENCE_COLUMNS[1]] = columns[SALIENCE_COLUMNS[1]].mask(is_zero, "")
    written = pd.concat([columns[name] for name in SALIENCE_COLUMNS])
    written = written[written != ""]
    if not len(written) or not written.str.fullmatch(_FRACTION).all():
        return []
    for name in SALIENCE_COLUMNS:
        columns[name] = columns[name].map(lambda cell: f"{100 * float(cell):g}" if cell else "")
    return [f"saliences are read as fractions of 1 ({written.iloc[0]} is {100 * float(written.iloc[0]):g} percent)"]
