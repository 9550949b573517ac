import pytest
from tests.fixtures.encoders import Loudness

from blemore_cli.core.errors import ConfigError, DataError, UsageError
from blemore_cli.extraction.encoders import BUILT_IN, ENCODERS, register_encoder
from blemore_cli.extraction.encoders.face import Face
from blemore_cli.extraction.encoders.families import EncoderSpec, spec_of
from blemore_cli.extraction.encoders.voice import Voice


def test_every_built_in_family_is_registered_and_can_be_made() -> None:
    for name, child in BUILT_IN.items():
        assert ENCODERS[name] is child
        assert isinstance(spec_of(name, {}).make(), child)


def test_options_reach_the_encoder_and_a_family_may_have_another_name() -> None:
    encoder = spec_of("face_slow", {"family": "face", "fps": 2.0}).make()
    assert isinstance(encoder, Face)
    assert encoder.fps == 2.0


def test_the_order_of_options_does_not_matter() -> None:
    assert spec_of("a", {"x": 1, "b": 2}) == spec_of("a", {"b": 2, "x": 1}) == EncoderSpec("a", (("b", 2), ("x", 1)))


def test_unknown_names_options_and_folders_are_refused() -> None:
    with pytest.raises(UsageError, match="got 'egemap'; did you mean egemaps"):
        spec_of("egemap", {}).make()
    with pytest.raises(ConfigError, match=r"extract\.encoders: face\.fpz is no hyperparameter; did you mean fps"):
        spec_of("face", {"fpz": 3}).make()
    with pytest.raises(ConfigError, match=r"face\.fps must be of type float, got 'five'"):
        spec_of("face", {"fps": "five"}).make()
    with pytest.raises(DataError, match="must be the folder of a Hugging Face model"):
        spec_of("wavlm", {"model": "no/such/folder"}).make()


def test_a_registered_family_is_known_by_its_name_and_to_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("blemore_cli.core.registry.IMPORTED_BY_WORKERS", modules := list[str]())
    monkeypatch.setattr("blemore_cli.core.registry.REGISTERED", {})
    monkeypatch.setitem(ENCODERS, "loudness", Voice)
    register_encoder("loudness", Loudness)
    assert isinstance(spec_of("loudness", {"least": 1}).make(), Loudness)
    assert modules == ["tests.fixtures.encoders"]
    with pytest.raises(UsageError, match="must be a child of Encoder with a name beside compare, egemaps"):
        register_encoder("voice", Loudness)
