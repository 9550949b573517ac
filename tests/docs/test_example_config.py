"""`examples/blemore.yaml` shows every key, and tells the truth about the defaults."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from blemore_cli.core.config.file import load_config
from blemore_cli.core.config.schema import Config

EXAMPLE = Path(__file__).parents[2] / "examples" / "blemore.yaml"
LAYOUT = {"data.features", "data.train_metadata", "data.test_metadata"}
"""Keys that follow the layout of the real data instead of the default."""


def flat(content: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """The keys of all sections as `section.key`; mappings that are values of a key stay whole."""
    flattened: dict[str, Any] = {}
    for key, value in content.items():
        is_section = not prefix and isinstance(value, dict)
        flattened |= flat(value, f"{key}.") if is_section else {f"{prefix}{key}": value}
    return flattened


@pytest.fixture(scope="module")
def shown() -> dict[str, Any]:
    return flat(yaml.safe_load(EXAMPLE.read_text(encoding="utf-8")))


def test_every_key_is_shown_in_the_order_of_the_config(shown: dict[str, Any]) -> None:
    assert list(shown) == list(flat(Config().model_dump()))


def test_every_key_has_a_comment(shown: dict[str, Any]) -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    for key in shown:
        own = [line for line in lines if line.strip().startswith(f"{key.split('.')[-1]}:")]
        assert own, key
        assert all(" # " in line for line in own), key


def test_values_are_the_defaults(shown: dict[str, Any]) -> None:
    given = flat(Config.model_validate(yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))).model_dump())
    default = flat(Config().model_dump())
    assert {key for key in default if given[key] != default[key]} == LAYOUT


def test_the_command_line_accepts_it() -> None:
    config, root = load_config(EXAMPLE)
    assert root == EXAMPLE.parent
    assert config.data.features == [EXAMPLE.parent / "features"]
