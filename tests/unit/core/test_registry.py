from collections.abc import Iterator

import pytest
from pydantic import TypeAdapter

from blemore_cli.core import registry
from blemore_cli.core.config.check import checked_config
from blemore_cli.core.config.file import dump_config
from blemore_cli.core.config.schema import Config, FusionName
from blemore_cli.core.errors import ArtefactError, ConfigError, UsageError
from blemore_cli.core.parallel.engine import IMPORTED_BY_WORKERS
from blemore_cli.core.registry import REGISTERED, Registry


class Shape:
    """A base class."""

    def __init__(self, size: int, *, generator: object, corners: int = 4, tilt: float = 0.5) -> None:
        self.size, self.generator, self.corners, self.tilt = size, generator, corners, tilt


class Square(Shape):
    """A built-in child."""


class Star(Shape):
    """A child from elsewhere."""


@pytest.fixture
def shapes(monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry[Shape]]:
    monkeypatch.setattr(registry, "REGISTERED", {})
    before = list(IMPORTED_BY_WORKERS)
    yield Registry[Shape]("model.fusion", "model.fusion_options", Shape, {"weighted": Square})
    IMPORTED_BY_WORKERS[:] = before


def test_a_registered_child_is_made_by_its_name_and_known_to_the_configuration(shapes: Registry[Shape]) -> None:
    content = {"model": {"fusion": "star"}}
    with pytest.raises(ConfigError, match="or a name registered in this process, got 'star'"):
        checked_config(content, {(): "test"})
    shapes.register("star", Star)
    shapes.register("star", Star)  # as when a cell of a notebook runs again
    made = shapes.new("star", 3, generator="generator", options={"corners": 5})
    assert isinstance(made, Star)
    assert (made.size, made.generator, made.corners, made.tilt) == (3, "generator", 5, 0.5)
    assert registry.REGISTERED == {"model.fusion": ["star"]}
    assert IMPORTED_BY_WORKERS.count(__name__) == 1
    config = checked_config(content, {(): "test"})
    assert "fusion: star" in dump_config(config)
    assert Config.model_validate_json(config.model_dump_json()) == config
    with pytest.raises(ConfigError, match=r"'star' or a name .* got 'sta'; did you mean star"):
        checked_config({"model": {"fusion": "sta"}}, {(): "test"})


def test_built_in_names_and_other_classes_are_refused(shapes: Registry[Shape]) -> None:
    with pytest.raises(UsageError, match="'weighted' for"):
        shapes.register("weighted", Star)
    with pytest.raises(UsageError, match="must be a child of Shape"):
        shapes.register("number", int)  # type: ignore[arg-type]
    assert list(shapes) == ["weighted"]


def test_what_is_not_registered_in_this_process_is_said(shapes: Registry[Shape]) -> None:
    with pytest.raises(ArtefactError, match=r"model.fusion must be a registered name, got 'star'"):
        shapes.new("star", 3, generator=None, options={})


def test_hyperparameters_are_checked_against_the_defaults(shapes: Registry[Shape]) -> None:
    assert shapes.options("weighted", {"tilt": 1, "corners": "7"}) == {"tilt": 1.0, "corners": 7}
    with pytest.raises(ConfigError, match=r"weighted.corner is no hyperparameter; did you mean corners\?"):
        shapes.options("weighted", {"corner": 5})
    with pytest.raises(ConfigError, match=r"weighted.corners must be of type int, got 'many'"):
        shapes.options("weighted", {"corners": "many"})


def test_names_of_other_keys_are_not_shared() -> None:
    assert "model.heads" not in REGISTERED or "star" not in REGISTERED["model.heads"]
    assert TypeAdapter(FusionName).validate_python("rank") == "rank"
