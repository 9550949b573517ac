import json
from pathlib import Path

import pytest

from blemore_cli.core.errors import ConfigError, DataError
from blemore_cli.extraction.encoders.hugging_face.families import FAMILIES, encoder_of_folder
from blemore_cli.extraction.encoders.hugging_face.picture_model import PictureModel


@pytest.mark.parametrize(("kind", "child"), [(kind, child) for kinds, child in FAMILIES.items() for kind in kinds])
def test_a_folder_is_an_encoder_of_its_type(tmp_path: Path, kind: str, child: type) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": kind}))
    assert type(encoder_of_folder({"model": tmp_path})) is child


def test_options_of_another_family_are_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "wavlm"}))
    with pytest.raises(ConfigError, match="unexpected keyword argument 'crop'"):
        encoder_of_folder({"model": tmp_path, "crop": "face"})


def test_other_types_are_refused_with_those_that_are_supported(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "bert"}))
    with pytest.raises(DataError, match="a supported type, got 'bert'") as caught:
        encoder_of_folder({"model": tmp_path})
    assert "wav2vec2" in caught.value.fix


def test_frames_of_a_second(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "clip"}))
    encoder = encoder_of_folder({"model": tmp_path, "fps": 5, "crop": "face"})
    assert isinstance(encoder, PictureModel)
    assert (encoder.fps, encoder.crop) == (5, "face")
