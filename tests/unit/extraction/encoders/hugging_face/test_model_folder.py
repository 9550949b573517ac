import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from tests.unit.extraction.encoders.hugging_face.conftest import MakeFolder

from blemore_cli.core.errors import ConfigError, DataError
from blemore_cli.extraction.encoders.hugging_face.families import encoder_of_folder
from blemore_cli.extraction.encoders.hugging_face.model_folder import checked_layer, model_type
from blemore_cli.extraction.media.video import Frames


@pytest.fixture
def copied(folder_of: MakeFolder, tmp_path: Path) -> Path:
    return Path(shutil.copytree(folder_of("vit"), tmp_path / "model"))


def open_model(folder: Path) -> None:
    encoder_of_folder({"model": folder}).open("cpu")


def test_type_and_weights(folder_of: MakeFolder) -> None:
    assert model_type(folder_of("wavlm")) == "wavlm"
    names = {path.name for path in encoder_of_folder({"model": folder_of("wavlm")}).weights}
    assert names == {"config.json", "preprocessor_config.json", "model.safetensors"}


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"must be the folder of a Hugging Face model"):
        model_type(tmp_path)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "[]", "{}", "9" * 5000, '"model_type"', "\xff"])
def test_a_config_that_is_none_is_refused(copied: Path, text: str) -> None:
    (copied / "config.json").write_text(text, encoding="latin-1")
    with pytest.raises(DataError, match="must be the folder of a Hugging Face model"):
        open_model(copied)


def test_code_of_a_folder_is_never_run(copied: Path) -> None:
    path = copied / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "auto_map": {"AutoModel": "evil.Evil"}}))
    (copied / "evil.py").write_text("raise SystemExit('it ran')")
    with pytest.raises(DataError, match=r"asks for code of its own \(auto_map\), which is never run"):
        open_model(copied)


def test_weights_that_are_a_pickle_with_code_are_refused(copied: Path) -> None:
    import os
    import pickle

    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.mkdir, (str(copied / "it_ran"),)

    (copied / "model.safetensors").unlink()
    (copied / "pytorch_model.bin").write_bytes(pickle.dumps(Evil()))
    with pytest.raises(DataError, match="must hold the weights of its model"):
        open_model(copied)
    assert not (copied / "it_ran").exists()


def test_missing_weights_are_refused_and_not_made_up(copied: Path) -> None:
    from safetensors.torch import load_file, save_file

    tensors = load_file(copied / "model.safetensors")
    removed = next(name for name in tensors if "layer.1" in name and name.endswith("weight"))
    save_file({name: tensors[name] for name in tensors if name != removed}, copied / "model.safetensors")
    with pytest.raises(DataError, match=r"lacks 1 of them, such as \S+\.weight"):
        open_model(copied)


def test_without_a_pooler_the_class_token_stands_for_the_picture(copied: Path) -> None:
    from safetensors.torch import load_file, save_file

    tensors = load_file(copied / "model.safetensors")
    save_file({name: tensors[name] for name in tensors if "pooler" not in name}, copied / "model.safetensors")
    frames = Frames(np.zeros((1, 32, 32, 3), np.uint8), np.zeros(1))
    encoder = encoder_of_folder({"model": copied})
    encoder.open("cpu")
    again = encoder_of_folder({"model": copied})
    again.open("cpu")
    np.testing.assert_array_equal(encoder.encode(frames), again.encode(frames))  # type: ignore[attr-defined]


def test_layers_as_text() -> None:
    assert [checked_layer(layer) for layer in ("last", "all", 6, "-1")] == ["last", "all", "6", "-1"]
    with pytest.raises(ConfigError, match="layer must be last, all, or a number, got 'best'"):
        checked_layer("best")
