"""Exactly the 36 permitted labels pass, however they are written."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blemore_cli.core.errors import DataError
from blemore_cli.core.labels import EMOTIONS, LABELS
from blemore_cli.data.metadata.label_columns import LABEL_COLUMNS, labels_of_frame

cells = st.tuples(
    st.sampled_from(["0", "1", "", "2"]),
    st.sampled_from([*EMOTIONS, "", "joy"]),
    st.sampled_from([*EMOTIONS, "", "joy"]),
    st.sampled_from(["", "100", "50", "70", "30", "60"]),
    st.sampled_from(["", "100", "50", "70", "30", "40"]),
)


def frame_of(*rows: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame([(f"clip_{n}", *row) for n, row in enumerate(rows)], columns=["filename", *LABEL_COLUMNS])


def permitted(row: tuple[str, ...]) -> int | None:
    """An independent reading: the label whose emotions and saliences are these, in either order."""
    mix, *rest = row
    for position, label in enumerate(LABELS):
        pairs = list(zip(label.emotions, map(str, label.saliences_pct), strict=True))
        written = [pairs, pairs[::-1]] if label.is_blend else [[*pairs, ("", "")], [(label.emotions[0], ""), ("", "")]]
        spellings = [[first[0], second[0], first[1], second[1]] for first, second in written]
        if mix == str(int(label.is_blend)) and rest in spellings:
            return position
    return None


@settings(deadline=None)
@given(cells)
def test_a_row_passes_exactly_if_it_writes_a_permitted_label(row: tuple[str, ...]) -> None:
    expected = permitted(row)
    if expected is None:
        with pytest.raises(DataError, match="line 2 \\(clip_0\\)"):
            labels_of_frame(frame_of(row), Path("t.csv"))
    else:
        assert labels_of_frame(frame_of(row), Path("t.csv")).tolist() == [expected]


@settings(deadline=None, max_examples=20)
@given(st.permutations(range(len(LABELS))))
def test_all_labels_survive_being_written(order: list[int]) -> None:
    rows = []
    for position in order:
        label = LABELS[position]
        first, second = (*label.emotions, "")[:2]
        shares = map(str, label.saliences_pct) if label.is_blend else ("", "")
        rows.append((str(int(label.is_blend)), first, second, *shares))
    assert labels_of_frame(frame_of(*rows), Path("t.csv")).tolist() == order
