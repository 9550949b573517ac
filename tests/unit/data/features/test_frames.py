import numpy as np
import pytest

from blemore_cli.core.config.schema import ColumnChoice
from blemore_cli.core.errors import DataError
from blemore_cli.data.features.frames import NO_RULES, REPEATED, FrameRules, frames_that_count
from blemore_cli.data.features.records import ClipFeatures

OPENFACE = ("frame", "Face_ID", "confidence", "success", "AU01_r")


def openface(*rows: tuple[float, ...]) -> ClipFeatures:
    return ClipFeatures(np.array(rows, dtype=np.float32), OPENFACE)


TRACKED = openface((1, 0, 0.9, 1, 2.0), (2, 0, 0.2, 1, 3.0), (3, 0, 0.0, 0, 0.0), (4, 0, 0.9, 1, 4.0))
TWO_FACES = openface((1, 0, 0.9, 1, 2.0), (1, 1, 0.9, 1, 50.0), (2, 1, 0.9, 1, 51.0), (3, 0, 0.0, 0, 0.0))


def test_frames_without_success_are_left_out_and_counted() -> None:
    clip = frames_that_count(TRACKED, NO_RULES)
    assert clip.features.tolist() == [[2.0], [3.0], [4.0]]
    assert (clip.columns, clip.notes) == (("AU01_r",), {"frames with success 0 left out": 1})
    assert frames_that_count(openface((1, 0, 0, 0, 0), (2, 0, 0, 0, 0)), NO_RULES).features.shape == (0, 1)
    assert frames_that_count(openface((1, 0, 0, 0, 0)), NO_RULES).features.shape == (0, 1)


def test_frames_of_little_confidence_are_left_out_where_asked() -> None:
    clip = frames_that_count(TRACKED, FrameRules(min_confidence=0.5))
    assert clip.features.tolist() == [[2.0], [4.0]]
    assert clip.notes["frames with confidence below 0.5 left out"] == 1


def test_several_faces_are_an_error_or_chosen() -> None:
    with pytest.raises(DataError, match=r"of one face, got the face_id 0 \(1 frames\), 1 \(2 frames\)") as caught:
        frames_that_count(TWO_FACES, NO_RULES)
    assert "data.face" in caught.value.fix
    assert frames_that_count(TWO_FACES, FrameRules(face=0)).features.tolist() == [[2.0]]
    clip = frames_that_count(TWO_FACES, FrameRules(face="most_frames"))
    assert clip.features.tolist() == [[50.0], [51.0]]
    assert clip.notes["frames of other faces left out"] == 1
    assert frames_that_count(TWO_FACES, FrameRules(face=7)).features.shape == (0, 1)
    assert len(frames_that_count(TRACKED, FrameRules(face=7)).features) == 3  # a single face needs no choice


def test_rows_of_one_frame_without_faces_are_noted() -> None:
    clip = ClipFeatures(np.array([[0.0, 1.0], [0.0, 50.0], [1.0, 2.0]]), ("frame", "AU01"))
    noted = frames_that_count(clip, NO_RULES)
    assert (len(noted.features), noted.notes) == (3, {REPEATED: 1})
    assert frames_that_count(ClipFeatures(clip.features[1:], clip.columns), NO_RULES).notes == {}


def test_frames_with_nan_are_left_out_and_counted() -> None:
    frames = np.array([[1.0, 2.0], [np.nan, 3.0], [4.0, np.nan], [5.0, 6.0]])
    clip = frames_that_count(ClipFeatures(frames), NO_RULES)
    assert clip.features.tolist() == [[1.0, 2.0], [5.0, 6.0]]
    assert clip.notes == {"frames with NaN left out": 2}
    assert len(frames_that_count(ClipFeatures(np.full((3, 2), np.nan)), NO_RULES).features) == 0


def test_a_column_of_nothing_but_nan_is_not_held_against_the_frames() -> None:
    frames = np.array([[1.0, np.nan], [2.0, np.nan], [np.nan, np.nan]])
    assert frames_that_count(ClipFeatures(frames), NO_RULES).features[:, 0].tolist() == [1.0, 2.0]


def test_nan_in_a_column_that_is_no_feature_does_not_count() -> None:
    clip = ClipFeatures(np.array([[1.0, np.nan], [2.0, 3.0]]), ("F0", "timestamp"))
    assert frames_that_count(clip, NO_RULES).features.tolist() == [[1.0], [2.0]]
    left_out = FrameRules(ColumnChoice(leave_out=["1"]))
    assert len(frames_that_count(ClipFeatures(clip.features), left_out).features) == 2


def test_an_infinite_value_is_named() -> None:
    with pytest.raises(DataError, match=r"infinite value in frame 2, column 1 \(counted from 0\)"):
        frames_that_count(ClipFeatures(np.array([[1.0, 2.0], [3.0, np.inf]])), NO_RULES)


def test_rows_and_whole_numbers_pass() -> None:
    for features in (np.array([1.0, np.nan]), np.array([[1.0, np.nan]]), np.ones((3, 2)).astype("i1")):
        clip = ClipFeatures(features)
        assert frames_that_count(clip, NO_RULES).features is features
