"""`examples/blemore.yaml` is what the schema generates, below a comment on the challenge's layout."""

from pathlib import Path
from typing import Any

from blemore_cli.core.config.file import load_config
from blemore_cli.core.config.schema import Config
from blemore_cli.core.config.template import rendered

EXAMPLE = Path(__file__).parents[2] / "examples" / "blemore.yaml"
LAYOUT: dict[str, Any] = {
    "data.features": ["features"],
    "data.train_metadata": "train_metadata.csv",
    "data.test_metadata": "test_metadata.csv",
}
"""Keys that follow the layout of the challenge's data instead of the default."""

WITH_PATHS = {"runs", "data", "extract"}
"""Sections whose relative paths become absolute."""


def test_the_example_is_generated() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    header = "".join(line for line in text.splitlines(keepends=True) if line.startswith("#"))
    expected = f"{header}\n{rendered(LAYOUT)}"
    assert text == expected, f"write this into {EXAMPLE}:\n\n{expected}"


def test_values_are_the_defaults() -> None:
    config, root = load_config(EXAMPLE)
    assert root == EXAMPLE.parent
    assert config.data.features == [EXAMPLE.parent / "features"]
    assert config.model_dump(exclude=WITH_PATHS) == Config().model_dump(exclude=WITH_PATHS)
