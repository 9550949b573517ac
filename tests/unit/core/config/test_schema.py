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
    assert [name for name in FIELDS if "." not in name] == ["runs"]
