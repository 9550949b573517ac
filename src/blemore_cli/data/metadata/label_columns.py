"""The five label columns of the organisers' CSV files as positions of permitted labels."""

from collections.abc import Callable
from functools import partial
from itertools import permutations
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from blemore_cli.core.labels import BLENDABLE, EMOTIONS, RATIOS, label_index
from blemore_cli.core.spelling import nearest
from blemore_cli.core.types import Ints
from blemore_cli.data.metadata.csv_table import check_columns, check_rows

Check = Callable[..., None]
"""`check_rows` of one table."""

LABEL_COLUMNS: Final = ("mix", "emotion_1", "emotion_2", "emotion_1_salience", "emotion_2_salience")

_BLEND_SALIENCES: Final = tuple(f"{first}/{second}" for first, second in RATIOS)
_POSITION: Final = {
    **{(emotion, "", ""): label_index({emotion: 100}) for emotion in EMOTIONS},
    **{
        (first, second, f"{share}/{rest}"): label_index({first: share, second: rest})
        for first, second in permutations(BLENDABLE, 2)
        for share, rest in RATIOS
    },
}
"""Label of emotion_1, emotion_2 and, for a blend, its saliences."""


def labels_of_frame(frame: pd.DataFrame, path: Path) -> Ints:
    """Turns the label columns into positions (N,) in `labels.LABELS`, refusing whatever is not a permitted label.

    A single has mix 0, no emotion_2, and a salience that is empty or 100. A blend has mix 1, two different emotions
    (in either order) other than neutral, and the saliences 50/50, 70/30 or 30/70.

    The rows are text with `filename` and `LABEL_COLUMNS`, as `csv_table.read_table` gives them.

    Raises:
        DataError: Naming file, line, clip and the rule that is broken.

    Examples:
        >>> row = ["test_0001.mov", "1", "hap", "ang", "30", "70"]
        >>> labels_of_frame(pd.DataFrame([row], columns=["filename", *LABEL_COLUMNS]), Path("preds.csv")).tolist()
        [13]
    """
    check_columns(frame.columns, ("filename", *LABEL_COLUMNS), path)
    check = partial(check_rows, frame, path)
    _check_emotions(frame, check)
    _check_blends(frame, check)
    saliences = _checked_saliences(frame, check)
    keys = zip(frame["emotion_1"], frame["emotion_2"], saliences, strict=True)
    return np.array([_POSITION[key] for key in keys], dtype=np.int64)


def _check_emotions(frame: pd.DataFrame, check: Check) -> None:
    is_known = frame["mix"].isin(["0", "1"])
    check(is_known, "mix must be 0 (single) or 1 (blend)", actual=map(repr, frame["mix"]), fix="Write 0 or 1.")
    for column, permitted in (("emotion_1", EMOTIONS), ("emotion_2", (*EMOTIONS, ""))):
        check(
            frame[column].isin(permitted),
            f"{column} must be one of {' '.join(EMOTIONS)}",
            actual=map(_emotion_with_nearest, frame[column]),
            fix="Correct the emotion name.",
        )


def _emotion_with_nearest(emotion: str) -> str:
    meant = nearest(emotion, EMOTIONS)
    return repr(emotion) if meant in (None, emotion) else f"{emotion!r} (did you mean {meant}?)"


def _check_blends(frame: pd.DataFrame, check: Check) -> None:
    first, second, is_blend = frame["emotion_1"], frame["emotion_2"], frame["mix"] == "1"
    pairs = first.str.cat(second, sep=" + ")
    check(
        is_blend == (second != ""),
        "emotion_2 must be given where mix is 1 and empty where mix is 0",
        actual="mix " + frame["mix"] + " with emotion_2 " + second.map(repr),
        fix="Correct mix or emotion_2.",
    )
    check(first != second, "a blend is of two emotions", actual=pairs, fix="Correct one emotion.")
    has_neutral = is_blend & ((first == "neu") | (second == "neu"))
    fix = "Correct the emotion, or give neu alone with mix 0."
    check(~has_neutral, "neutral is never blended", actual=pairs, fix=fix)


def _checked_saliences(frame: pd.DataFrame, check: Check) -> "pd.Series[str]":
    """The saliences of blends as `70/30`, and an empty string for singles; whole floats such as 70.0 are fine."""
    first, second = (frame[column].str.replace(r"\.0+$", "", regex=True) for column in LABEL_COLUMNS[3:])
    both, is_blend = first.str.cat(second, sep="/"), frame["mix"] == "1"
    check(
        is_blend | both.isin(["/", "100/"]),
        "a single's emotion_1_salience must be empty or 100 and its emotion_2_salience empty",
        actual=both.map(repr),
        fix="Leave both saliences of a single empty.",
    )
    check(
        ~is_blend | both.isin(_BLEND_SALIENCES),
        f"a blend's saliences must be {', '.join(_BLEND_SALIENCES)} percent",
        actual=both.map(repr),
        fix="Write one of the permitted configurations in percent.",
    )
    return both.where(is_blend, "")
