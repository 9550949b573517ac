import numpy as np
import pytest
from tests.real_media import ONE_FACE, OTHER_FACE, needs_media

from blemore_cli.extraction.encoders.face import Face, face_model
from blemore_cli.extraction.faces import FaceDetector, FaceTrack
from blemore_cli.extraction.media.video import VideoState, read_frames

pytest.importorskip("dlib", reason="the package dlib is not installed")
pytestmark = [needs_media, pytest.mark.slow]


def embeddings(path: object, n: int) -> np.ndarray:
    frames = next(read_frames(path, VideoState()))  # type: ignore[arg-type]
    crops = FaceTrack(FaceDetector()).crops(frames.at(np.arange(len(frames)) < n), Face.crop_size)
    encoder = Face()
    encoder.open("cpu")
    return encoder.encode(crops)


def test_frames_of_one_person_are_nearer_than_two_persons() -> None:
    one, other = embeddings(ONE_FACE, 3), embeddings(OTHER_FACE, 3)
    assert one.shape == (3, 128)
    assert one.dtype == np.float32
    within = np.linalg.norm(one[0] - one[2])
    between = np.linalg.norm(one[0] - other[0])
    assert within < 0.4 < 0.6 < between


def test_weights_are_in_the_package() -> None:
    assert face_model("dlib_face_recognition_resnet_model_v1.dat").stat().st_size > 20_000_000
    assert Face().weights[0].is_file()
