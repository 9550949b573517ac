from typing import Any

import pytest

from blemore_cli.core.config.check import checked_config, unknown_key
from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import ConfigError
from blemore_cli.core.validation import KeyPath


def test_keys_left_empty_keep_their_defaults() -> None:
    assert checked_config({"train": None, "data": {"features": None, "index": None}}, {(): "f"}) == Config()


def test_text_becomes_a_number() -> None:
    assert checked_config({"train": {"learning_rate": "1e-3"}}, {(): "f"}).train.learning_rate == 1e-3


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"model": {"topn": 3}}, "f: unknown key model.topn; did you mean top_n?"),
        ({"model": {"topn": None}}, "f: unknown key model.topn; did you mean top_n?"),
        ({"train": {"max_epochs": 0}}, "f: train.max_epochs must be greater than or equal to 1, got 0"),
        ({"train": {"max_epochs": 2.5}}, "f: train.max_epochs must be a whole number, got 2.5"),
        ({"train": {"seed": True}}, "f: train.seed must be a number, got true"),
        ({"train": {"learning_rate": "1e999"}}, "f: train.learning_rate must be greater than 0 and finite"),
        ({"train": {"learning_rate": "fast"}}, "f: train.learning_rate must be a number, got 'fast'"),
        ({"train": 3}, "f: train must be a section of keys, got 3"),
        ({"data": {"encoders": ["x"]}}, "f: data.encoders must be a mapping of names to values, got ['x']"),
        ({"data": {"features": "x"}}, "f: data.features must be a list, got 'x'"),
        ({"data": {"features": [1]}}, "f: data.features[0] must be a path"),
        ({"data": {"allow_actor_overlap": "maybe"}}, "f: data.allow_actor_overlap must be true or false, got 'maybe'"),
        ({"model": {"selection": "learnt"}}, "got 'learnt'; did you mean learned?"),
        ({"runs": "x" * 200, "model": {"encoders": ["a b" * 50]}}, "..."),
    ],
)
def test_problems_read_as_requirement_and_actual_value(content: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        checked_config(content, {(): "f"})
    if "finite" in message:
        assert caught.value.message.startswith("f: train.learning_rate must be a finite number")
    else:
        assert message in caught.value.message
    assert "pydantic" not in caught.value.message
    assert caught.value.fix


def test_the_nearest_known_place_is_named() -> None:
    places = {(): "f", ("data",): "f, line 3", ("data", "features", 1): "f, line 6"}
    with pytest.raises(ConfigError) as caught:
        checked_config({"data": {"features": ["x", 1], "jobs": -1}}, places)
    assert [line.partition(":")[0] for line in caught.value.message.splitlines()] == ["f, line 6", "f, line 3"]


def test_many_problems_are_counted() -> None:
    with pytest.raises(ConfigError) as caught:
        checked_config({f"key_{number}": 1 for number in range(8)}, {(): "f"})
    assert caught.value.message.splitlines()[5:] == ["and 3 more problems"]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (("model", "topn"), "unknown key model.topn; did you mean top_n?"),
        (("modle",), "unknown key modle; did you mean model?"),
        (("modle", "x"), "unknown key modle.x; did you mean model?"),
        (("top_n",), "unknown key top_n; did you mean model.top_n?"),
        (("train", "top_n"), "unknown key train.top_n; did you mean model.top_n?"),
        (("zzz",), "unknown key zzz"),
    ],
)
def test_unknown_keys_are_answered_with_the_nearest(path: KeyPath, message: str) -> None:
    assert unknown_key(path) == message
