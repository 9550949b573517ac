import numpy as np
import pytest
from tests.real_media import FACE_THEN_NONE, ONE_FACE, needs_media

from blemore_cli.extraction.faces import FaceDetector, FaceTrack
from blemore_cli.extraction.media.video import Frames, VideoState, read_frames

pytest.importorskip("dlib", reason="the package dlib is not installed")
pytestmark = [needs_media, pytest.mark.slow]


@pytest.fixture(scope="module")
def detector() -> FaceDetector:
    return FaceDetector()


def test_one_face_is_cropped_in_every_frame(detector: FaceDetector) -> None:
    frames = next(read_frames(ONE_FACE, VideoState())).at(np.arange(32) < 4)
    track = FaceTrack(detector)
    crops = track.crops(frames, 150)
    assert crops.pixels.shape == (4, 150, 150, 3)
    np.testing.assert_array_equal(crops.seconds, frames.seconds)
    assert (track.count.n_frames, track.count.n_lost, track.count.n_several) == (4, 0, 0)
    assert detector.largest(crops.pixels[0])[1] == 1


def test_frames_without_a_face_are_lost_and_counted(detector: FaceDetector) -> None:
    *_, last = read_frames(FACE_THEN_NONE, VideoState())
    few = last.at(np.arange(len(last)) < 3)
    track = FaceTrack(detector)
    assert track.crops(few, 150).pixels.shape == (0, 150, 150, 3)
    assert track.count.n_lost == 3


def test_two_encoders_search_a_frame_once(detector: FaceDetector) -> None:
    frames = next(read_frames(ONE_FACE, VideoState())).at(np.arange(32) < 2)
    track = FaceTrack(detector)
    small, large = track.crops(frames, 64), track.crops(frames, 192)
    assert (small.pixels.shape[1], large.pixels.shape[1]) == (64, 192)
    assert track.count.n_frames == 2
    track.forget()
    track.crops(frames, 64)
    assert track.count.n_frames == 4


def test_of_several_faces_the_largest_is_taken(detector: FaceDetector) -> None:
    frame = next(read_frames(ONE_FACE, VideoState())).pixels[0]
    small = frame[::2, ::2]
    both = np.zeros((frame.shape[0], frame.shape[1] + small.shape[1], 3), dtype=np.uint8)
    both[:, : frame.shape[1]] = frame
    both[: small.shape[0], frame.shape[1] :] = small
    track = FaceTrack(detector)
    crops = track.crops(Frames(both[None], np.zeros(1)), 150)
    alone = FaceTrack(detector).crops(Frames(frame[None], np.zeros(1)), 150)
    assert track.count.n_several in {0, 1}  # the small one may be below what the detector sees
    assert np.abs(crops.pixels.astype(int) - alone.pixels.astype(int)).mean() < 25
