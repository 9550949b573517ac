import numpy as np
import pytest
from tests.fixtures.hugging_face import N_LAYERS, PICTURES, WIDTH
from tests.unit.extraction.encoders.hugging_face.conftest import MakeFolder

from blemore_cli.core.errors import ConfigError
from blemore_cli.extraction.encoders.hugging_face.picture_model import PictureModel
from blemore_cli.extraction.media.video import Frames


def opened(folder_of: MakeFolder, kind: str, **options: object) -> PictureModel:
    encoder = PictureModel(model=str(folder_of(kind)), **options)  # type: ignore[arg-type]
    encoder.open("cpu")
    return encoder


@pytest.mark.parametrize("kind", PICTURES)
def test_a_row_for_each_frame(folder_of: MakeFolder, kind: str, frames: Frames) -> None:
    encoder = opened(folder_of, kind)
    rows = encoder.encode(frames)
    assert rows.shape == (20, WIDTH)
    assert encoder.width == WIDTH
    few = encoder.encode(frames.at(np.arange(20) < 3))
    np.testing.assert_allclose(few, rows[:3], atol=1e-5)  # neighbours in a batch change nothing


@pytest.mark.parametrize("kind", ["clip", "siglip", "vit", "dinov2"])
def test_all_layers_have_a_row_for_each_frame(folder_of: MakeFolder, kind: str, frames: Frames) -> None:
    assert opened(folder_of, kind, layer="all").encode(frames).shape == (N_LAYERS + 1, 20, WIDTH)


def test_the_projection_of_clip_has_its_width(folder_of: MakeFolder, frames: Frames) -> None:
    encoder = opened(folder_of, "clip", output="projection")
    assert encoder.encode(frames).shape == (20, 16)
    assert encoder.width == 16


def test_options_that_a_model_does_not_have_are_refused(folder_of: MakeFolder) -> None:
    with pytest.raises(ConfigError, match="has no projection"):
        opened(folder_of, "vit", output="projection")
    with pytest.raises(ConfigError, match="layers of different widths"):
        opened(folder_of, "resnet", layer=1)
    with pytest.raises(ConfigError, match="output must be hidden or projection, got 'text'"):
        PictureModel(model=str(folder_of("vit")), output="text")
    with pytest.raises(ConfigError, match="layer must be below 4"):
        opened(folder_of, "vit", layer=9).encode(Frames(np.zeros((1, 32, 32, 3), np.uint8), np.zeros(1)))
