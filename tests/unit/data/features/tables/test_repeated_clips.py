import numpy as np
import pandas as pd
import pytest

from blemore_cli.data.features.tables.repeated_clips import (
    frames_by_clip,
    mean_of_rows,
    repetition_of,
)

CLIPS = ["B", "A", "B", "A"]
ROWS = np.array([[1.0], [2.0], [3.0], [6.0]])


@pytest.mark.parametrize(
    ("columns", "keys"),
    [
        ({"Fold": [0, 0, 1, 1]}, ["Fold"]),
        ({"fold": [0, 0, 0, 0], "seed": [0, 0, 1, 1]}, ["fold", "seed"]),
        ({"fold": [0, 0, 0, 0], "start": [0.0, 0.0, 0.5, 0.5]}, ["start"]),
        ({"start": pd.to_timedelta([0, 0, 1, 1], unit="s"), "end": [1, 1, 2, 2]}, ["start", "end"]),
        ({"fold": [0, 0, 0, 0]}, []),
        ({"emotion": ["a", "b", "c", "d"]}, []),
    ],
)
def test_columns_tell_the_rows_of_a_clip_apart(columns: dict[str, list[object]], keys: list[str]) -> None:
    assert repetition_of(pd.DataFrame(columns), CLIPS) == keys


def test_rows_are_averaged_or_taken_as_frames() -> None:
    clips, means = mean_of_rows(ROWS, CLIPS)
    assert (clips, means.tolist()) == (["B", "A"], [[2.0], [4.0]])
    names, frames = frames_by_clip(ROWS, CLIPS)
    assert (names, [clip.tolist() for clip in frames]) == (["B", "A"], [[[1.0], [3.0]], [[2.0], [6.0]]])
