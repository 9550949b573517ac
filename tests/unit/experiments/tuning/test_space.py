from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from blemore_cli.core.errors import ConfigError
from blemore_cli.experiments.tuning.space import (
    DEFAULT_SPACE,
    Options,
    Range,
    Space,
    as_yaml_values,
    is_of_space,
    read_space,
    settings_at,
)


@given(st.floats(0, 1, exclude_max=True), st.booleans())
def test_a_point_is_inside_the_range(share: float, log: bool) -> None:
    assert 1e-3 <= Range(1e-3, 2.0, log).at(share) <= 2.0


def test_options_have_equal_weight() -> None:
    assert [Options(("a", "b", "c")).at(share / 6) for share in range(6)] == list("aabbcc")
    assert settings_at({"model.top_n": Options((1, 2))}, [0.5]) == {"model.top_n": 2}


def test_a_file_says_what_is_searched(tmp_path: Path) -> None:
    path = tmp_path / "space.yaml"
    path.write_text("model.top_n: [1, auto]\ntrain.weight_decay: {low: 0.1, high: 1}\n")
    space = read_space(path)
    assert space == {"model.top_n": Options((1, "auto")), "train.weight_decay": Range(0.1, 1.0)}
    path.write_text(yaml.safe_dump(as_yaml_values(DEFAULT_SPACE), sort_keys=False))
    assert read_space(path) == DEFAULT_SPACE


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "must name keys"),
        ("- model.top_n", "must name keys"),
        ("a: [", "space.yaml"),
        ("model.topn: [1]", "line 1: unknown key model.topn; did you mean top_n"),
        ("train.seed: [1, 2]", "trials differ in how they learn"),
        ("data.aggregate: [mean]", "trials differ in how they learn"),
        ("train.protocol: [official]", "trials differ in how they learn"),
        ("model.top_n: 3", "must be a list or a range, got 3"),
        ("model.top_n: []", "must be a list or a range"),
        ("model.dropout: {low: 0.1}", "must be a list or a range"),
        ("model.dropout: {low: 0.1, high: 0.2, step: 3}", "must be a list or a range"),
        ("model.dropout: {low: 0.3, high: 0.2}", "low must be a number below high"),
        ("model.dropout: {low: x, high: 0.2}", "low must be a number below high"),
        ("model.dropout: {low: false, high: 0.2}", "low must be a number below high"),
        ("model.dropout: {low: 0, high: .inf}", "low must be a number below high"),
        ("model.dropout: {low: 0, high: 0.2, log: true}", "with low above 0"),
    ],
)
def test_what_is_no_space_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "space.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        read_space(path)
    assert message in caught.value.message
    assert "space.yaml" in caught.value.message
    assert caught.value.fix


def test_a_number_beyond_all_is_no_end_of_a_range(tmp_path: Path) -> None:
    path = tmp_path / "space.yaml"
    path.write_text(f"model.dropout: {{low: 0, high: {'9' * 400}}}\n")
    with pytest.raises(ConfigError, match="low must be a number"):
        read_space(path)


@pytest.mark.parametrize(
    ("settings", "is_of_it"),
    [
        ({}, True),
        ({"model.dropout": 0.12, "model.top_n": "auto"}, True),
        ({"model.dropout": 0.123, "model.top_n": 2}, True),
        ({"model.dropout": 0.2, "model.top_n": 2}, False),
        ({"model.dropout": True, "model.top_n": 2}, False),
        ({"model.dropout": 0.12, "model.top_n": 3}, False),
        ({"model.dropout": 0.12}, False),
        ({"model.dropout": 0.12, "model.top_n": 2, "runs": "x"}, False),
    ],
)
def test_settings_of_a_space_are_known(settings: dict[str, Any], is_of_it: bool) -> None:
    space: Space = {"model.dropout": Range(0.1, 0.1234), "model.top_n": Options((2, "auto"))}
    assert is_of_space(space, settings) == is_of_it
