import os

import numpy as np
import pytest

from blemore_cli.core.errors import UsageError
from blemore_cli.extraction.encoders.tflite import FaceEmotion, FaceMesh, TfLiteFaces
from blemore_cli.extraction.media.video import Frames


@pytest.fixture(params=[FaceMesh, FaceEmotion])
def encoder(request: pytest.FixtureRequest) -> TfLiteFaces:
    made: TfLiteFaces = request.param()
    try:
        made.open("cpu")
    except UsageError as error:
        pytest.skip(error.message)
    return made


def test_a_row_for_each_face(encoder: TfLiteFaces) -> None:
    size = encoder.crop_size
    pixels = np.random.default_rng(0).integers(0, 255, size=(3, size, size, 3), dtype=np.uint8)
    rows = encoder.encode(Frames(pixels, np.arange(3.0)))
    assert rows.shape == (3, encoder.width)
    assert np.isfinite(rows).all()
    np.testing.assert_array_equal(rows[1:2], encoder.encode(Frames(pixels[1:2], np.zeros(1))))
    if isinstance(encoder, FaceEmotion):
        np.testing.assert_allclose(rows.sum(axis=1), 1.0, atol=1e-2)


def test_all_frames_unless_a_rate_is_given() -> None:
    assert FaceMesh().fps is None
    assert FaceEmotion(fps=5).fps == 5


def test_nothing_is_written_to_the_terminal(encoder: TfLiteFaces, capfd: pytest.CaptureFixture[str]) -> None:
    capfd.readouterr()
    encoder.open("cpu")
    assert capfd.readouterr() == ("", "")
    os.write(2, b"still there\n")
    assert capfd.readouterr().err == "still there\n"
