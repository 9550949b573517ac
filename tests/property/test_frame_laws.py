"""Frames that count: what is left out is counted, and what is left has numbers."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from blemore_cli.data.features.frames import NO_RULES, WITH_NAN, WITHOUT_SUCCESS, frames_that_count
from blemore_cli.data.features.records import ClipFeatures

values = st.one_of(st.just(np.nan), st.floats(-9, 9, width=32))
frames_with_gaps = hnp.arrays(
    np.float32, hnp.array_shapes(min_dims=2, max_dims=2, min_side=2, max_side=6), elements=values
)


@settings(max_examples=100, deadline=None)
@given(frames_with_gaps)
def test_frames_are_whole_or_counted(frames: np.ndarray) -> None:
    clip = frames_that_count(ClipFeatures(frames), NO_RULES)
    assert len(clip.features) + clip.notes.get(WITH_NAN, 0) == len(frames)
    assert not np.isnan(clip.features[:, ~np.isnan(frames).all(axis=0)]).any()
    assert frames_that_count(clip, NO_RULES).features.tobytes() == clip.features.tobytes()


@settings(max_examples=50, deadline=None)
@given(frames_with_gaps, st.data())
def test_untracked_frames_change_nothing(frames: np.ndarray, data: st.DataObject) -> None:
    success = np.array(data.draw(st.lists(st.sampled_from([0, 1]), min_size=len(frames), max_size=len(frames))))
    table = np.column_stack([success, frames]).astype(np.float32)
    columns = ("success", *(f"AU{number:02d}_r" for number in range(frames.shape[1])))
    clip = frames_that_count(ClipFeatures(table, columns), NO_RULES)
    alone = frames_that_count(ClipFeatures(table[success > 0], columns), NO_RULES)
    assert clip.notes.get(WITHOUT_SUCCESS, 0) == (success == 0).sum()
    assert success.sum() < 2 or np.array_equal(clip.features, alone.features, equal_nan=True)
