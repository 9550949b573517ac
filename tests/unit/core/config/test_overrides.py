from typing import Any

import pytest

from blemore_cli.core.config.overrides import apply_override, field_of, parse_override
from blemore_cli.core.errors import ConfigError, UsageError
from blemore_cli.core.validation import KeyPath


@pytest.mark.parametrize(
    ("override", "content"),
    [
        ("runs=out", {"runs": "out"}),
        (" model.top_n = 3 ", {"model": {"top_n": 3}}),
        ("train.learning_rate=1e-3", {"train": {"learning_rate": "1e-3"}}),
        ("data.train_metadata=null", {"data": {"train_metadata": None}}),
        ("model.encoders=a, b", {"model": {"encoders": ["a", "b"]}}),
        ("model.encoders=1", {"model": {"encoders": ["1"]}}),
        ("model.encoders=[a, b]", {"model": {"encoders": ["a", "b"]}}),
        ("model.encoders=[]", {"model": {"encoders": []}}),
        ("data.features=x=y", {"data": {"features": ["x=y"]}}),
        ("data.encoders.wav2vec2.0=w", {"data": {"encoders": {"wav2vec2.0": "w"}}}),
        ("cost.wav2vec2.0=2", {"cost": {"wav2vec2.0": 2}}),
        ("cost={a: 0.5}", {"cost": {"a": 0.5}}),
        ("data.encoders={a: x}", {"data": {"encoders": {"a": "x"}}}),
    ],
)
def test_values_are_written_at_their_keys(override: str, content: dict[str, Any]) -> None:
    written: dict[str, Any] = {}
    apply_override(written, {}, override)
    assert written == content


def test_the_flag_becomes_the_place_of_all_it_replaces() -> None:
    content: dict[str, Any] = {"data": {"encoders": {"a": "x"}, "jobs": 1}, "model": None}
    places: dict[KeyPath, str] = {("data",): "1", ("data", "encoders"): "2", ("data", "encoders", "a"): "3"}
    apply_override(content, places, "data.encoders={b: y}")
    apply_override(content, places, "model.top_n=2")
    assert content == {"data": {"encoders": {"b": "y"}, "jobs": 1}, "model": {"top_n": 2}}
    assert places == {
        ("data",): "1",
        ("data", "encoders"): "--set data.encoders={b: y}",
        ("model", "top_n"): "--set model.top_n=2",
    }


@pytest.mark.parametrize("override", ["model.top_n", "", "=3", " =3"])
def test_an_override_without_key_and_value_is_a_usage_error(override: str) -> None:
    with pytest.raises(UsageError, match=r"--set must be section.key=value"):
        apply_override({}, {}, override)


@pytest.mark.parametrize(
    ("override", "problem"),
    [
        ("model.topn=3", "unknown key model.topn; did you mean top_n\\?"),
        ("top_n=3", "did you mean model.top_n\\?"),
        ("model.top_n.x=3", "unknown key"),
        ("costs.wavlm=3", "unknown key"),
        (".=3", "unknown key"),
        ("model.top_n=", "got nothing"),
        ("model.top_n=[1", "expected"),
        ("runs=!!python/name:os.system", "tag"),
    ],
)
def test_wrong_overrides_name_the_flag(override: str, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem) as caught:
        apply_override({}, {}, override)
    assert caught.value.message.startswith(f"--set {override}: ")


def test_another_flag_is_named_in_the_messages() -> None:
    assert parse_override("model.top_n=3", flag="--arm few") == (("model", "top_n"), 3)
    with pytest.raises(UsageError, match=r"--arm few must be section\.key=value, got 'top_n'"):
        parse_override("top_n", flag="--arm few")
    with pytest.raises(ConfigError, match=r"--arm few model\.topn=3: unknown key"):
        parse_override("model.topn=3", flag="--arm few")


@pytest.mark.parametrize(
    "path", [("runs",), ("train", "seed"), ("data", "encoders"), ("data", "encoders", "wav2vec2.0")]
)
def test_known_keys_have_a_field(path: KeyPath) -> None:
    assert field_of(path) is not None


@pytest.mark.parametrize("path", [("run",), ("train", "seeds"), ("runs", "x"), ("train", "seed", "x"), ("no", "seed")])
def test_unknown_keys_have_none(path: KeyPath) -> None:
    assert field_of(path) is None
