import pytest
from pydantic import ValidationError

from blemore_cli.core.config.schema import FIELDS, SECTIONS, Config


@pytest.mark.parametrize(
    "content",
    [
        {"model": {"top_n": 0}},
        {"model": {"selection": "best"}},
        {"model": {"dropout": 1.0}},
        {"model": {"encoders": ["../up"]}},
        {"train": {"learning_rate": float("nan")}},
        {"train": {"device": "tpu"}},
        {"data": {"jobs": -1}},
        {"unknown": 1},
    ],
)
def test_values_out_of_range_are_refused(content: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Config.model_validate(content)


def test_numbers_written_as_yaml_text_are_numbers() -> None:
    assert Config.model_validate({"train": {"learning_rate": "1e-3"}}).train.learning_rate == 0.001


def test_sections() -> None:
    assert list(SECTIONS) == ["data", "extract", "model", "train", "adapt", "decode"]
    assert [name for name in FIELDS if "." not in name] == ["runs", "cost"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("6-12", "6-12"),
        ("mean: 6-12", "mean:6-12"),
        (6, "6"),
        (-1, "-1"),
        ([6, -1], "6,-1"),
        ("all", "all"),
        (None, None),
    ],
)
def test_layers_are_written_in_several_ways(value: object, text: str | None) -> None:
    assert Config.model_validate({"data": {"layers": value}}).data.layers == text


@pytest.mark.parametrize("value", ["", "x", "6..12", "6-", "mean", "mean:", True, 1.5, "6-12-18", "sum:6"])
def test_other_layers_are_refused(value: object) -> None:
    with pytest.raises(ValidationError, match="must be layers such as 6-12"):
        Config.model_validate({"data": {"layers": value}})
