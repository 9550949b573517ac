from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tests.fixtures.hugging_face import make_folder

from blemore_cli.extraction.media.video import Frames

MakeFolder = Callable[[str], Path]

pytest.importorskip("transformers", reason="the package transformers is not installed")


@pytest.fixture(scope="session")
def folder_of(tmp_path_factory: pytest.TempPathFactory) -> MakeFolder:
    """The folder of a tiny model of a type, made once."""
    made: dict[str, Path] = {}

    def folder(kind: str) -> Path:
        if kind not in made:
            made[kind] = make_folder(tmp_path_factory.mktemp("models") / kind, kind)
        return made[kind]

    return folder


@pytest.fixture
def sound() -> np.ndarray:
    return (np.random.default_rng(0).normal(size=16_000) * 0.1).astype(np.float32)


@pytest.fixture
def frames() -> Frames:
    pixels = np.random.default_rng(0).integers(0, 255, size=(20, 48, 64, 3), dtype=np.uint8)
    return Frames(pixels, np.arange(20) / 25)
