import numpy as np
import pytest
from tests.opensmile_package import usable_opensmile

from blemore_cli.core.errors import ConfigError, UsageError
from blemore_cli.extraction.encoders.base import NoFeaturesError
from blemore_cli.extraction.encoders.opensmile_sets import ComParE, EGeMaps, OpenSmile

opensmile = usable_opensmile()

SOUND = (np.sin(2 * np.pi * 220 * np.arange(16_000) / 16_000) * 0.3).astype(np.float32)


def opened(encoder: OpenSmile) -> OpenSmile:
    encoder.open("cpu")
    return encoder


@pytest.mark.parametrize(
    ("kind", "level", "shape"),
    [
        (EGeMaps, "descriptors", (97, 25)),
        (EGeMaps, "functionals", (88,)),
        (ComParE, "descriptors", (96, 65)),
        (ComParE, "functionals", (6373,)),
    ],
)
def test_shapes_and_names(kind: type[OpenSmile], level: str, shape: tuple[int, ...]) -> None:
    encoder = opened(kind(level=level))
    rows = encoder.encode(SOUND)
    assert rows.shape[-1:] == shape[-1:]
    assert abs(len(rows) - shape[0]) <= 4
    assert rows.dtype == np.float32
    assert np.isfinite(rows).all()
    assert encoder.width == len(encoder.columns) == shape[-1]
    np.testing.assert_array_equal(rows, encoder.encode(SOUND))


def test_the_pitch_of_a_tone() -> None:
    encoder = opened(EGeMaps())
    column = next(number for number, name in enumerate(encoder.columns) if name.startswith("F0semitone"))
    semitones = np.median(encoder.encode(SOUND)[20:80, column])
    assert abs(semitones - 12 * np.log2(220 / 27.5)) < 0.5


def test_too_short_a_sound_has_no_descriptors() -> None:
    with pytest.raises(NoFeaturesError, match=r"shorter than 0\.1 s"):
        opened(EGeMaps()).encode(SOUND[:1_000])


def test_levels_have_names() -> None:
    with pytest.raises(ConfigError, match="level must be descriptors or functionals, got 'all'"):
        EGeMaps(level="all")


def test_a_path_beyond_ascii_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opensmile, "__file__", "/home/zoë/opensmile/__init__.py")
    with pytest.raises(UsageError, match="a path of ASCII characters, got /home/zoë"):
        EGeMaps().open("cpu")
