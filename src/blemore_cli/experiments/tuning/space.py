"""Space of settings: what each key may be, and the settings at a point of the unit cube."""

import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from blemore_cli.core.config.check import unknown_key
from blemore_cli.core.config.overrides import field_of, key_path
from blemore_cli.core.config.strict_yaml import InvalidYamlError, parse_yaml
from blemore_cli.core.errors import ConfigError
from blemore_cli.core.files import read_text
from blemore_cli.experiments.execution.arms import SHARED, Difference

_KEYS_OF_RANGE: Final = {"low", "high", "log"}
_FORM: Final = "Write a list of values, or {low: 0.001, high: 0.01, log: true}."


@dataclass(frozen=True)
class Range:
    """Real numbers between two ends, at equal density, or at equal density of their logarithm."""

    low: float
    high: float
    log: bool = False

    def at(self, share: float) -> float:
        """The number at a share of the way, to three significant digits.

        Examples:
            >>> Range(1e-4, 1e-2, log=True).at(0.5)
            0.001
        """
        if self.log:
            value = math.exp(math.log(self.low) + share * math.log(self.high / self.low))
        else:
            value = self.low + share * (self.high - self.low)
        return self.rounded(value)

    def holds(self, value: Any) -> bool:
        """Whether a value may come from this range, rounded."""
        return _is_number(value) and self.rounded(self.low) <= value <= self.rounded(self.high)

    @staticmethod
    def rounded(value: float) -> float:
        """A number to three significant digits."""
        return float(f"{value:.3g}")


@dataclass(frozen=True)
class Options:
    """Values of equal weight."""

    values: tuple[Any, ...]

    def holds(self, value: Any) -> bool:
        """Whether a value is one of these."""
        return value in self.values

    def at(self, share: float) -> Any:
        """The value at a share of the list, below 1."""
        return self.values[int(share * len(self.values))]


Space = Mapping[str, Range | Options]
"""What each dotted key may be."""

DEFAULT_SPACE: Final[Space] = {
    "train.learning_rate": Range(5e-4, 1e-2, log=True),
    "train.weight_decay": Range(0.01, 3.0, log=True),
    "train.max_epochs": Options((10, 20, 30)),
    "model.dropout": Range(0.0, 0.6),
    "model.d_latent": Options((16, 32, 48, 64)),
    "model.heads": Options(("decoupled", "softmax_labels", "mixture")),
    "model.fusion": Options(("evidence", "weighted")),
    "model.selection": Options(("learned", "full")),
    "model.top_n": Options((2, 3, 4, 6, "auto")),
}


def settings_at(space: Space, point: Sequence[float]) -> Difference:
    """The settings at a point of the unit cube, a share in [0, 1) for each key."""
    return {key: part.at(float(share)) for (key, part), share in zip(space.items(), point, strict=True)}


def is_of_space(space: Space, settings: Difference) -> bool:
    """Whether settings have a value for each key of a space, or change nothing, as those of the project."""
    is_whole = not settings or settings.keys() == space.keys()
    return is_whole and all(space[key].holds(value) for key, value in settings.items())


def read_space(path: Path) -> Space:
    """Reads a YAML file with a list of values, or `low`, `high` and `log`, for each dotted key.

    Raises:
        ConfigError: If it is not of this form, a key is unknown or shared by all trials, or a range is empty.
    """
    text = read_text(path, "file of a space", ConfigError, fix="Correct --space.")
    try:
        content, lines = parse_yaml(text)
    except InvalidYamlError as error:
        raise ConfigError(f"{path}: {error}", fix="Correct the YAML.") from None
    if not isinstance(content, dict) or not content:
        raise ConfigError(f"{path} must name keys with what each may be, got {content or 'nothing'!r:.60}", fix=_FORM)
    return {key: _part(f"{path}, line {lines[key,]}", key, value) for key, value in content.items()}


def as_yaml_values(space: Space) -> dict[str, Any]:
    """The space as `read_space` takes it."""
    return {key: list(part.values) if isinstance(part, Options) else vars(part) for key, part in space.items()}


def _part(place: str, key: str, value: Any) -> Range | Options:
    path = key_path(key)
    if field_of(path) is None:
        raise ConfigError(f"{place}: {unknown_key(path)}", fix="Correct the key.")
    if key in SHARED or path[0] in SHARED or key in ("train.protocol", "train.device", "model.encoders"):
        raise ConfigError(
            f"{place}: trials differ in how they learn from the same clips, seeds and folds, got {key}",
            fix="Set it for all trials with --set.",
        )
    if isinstance(value, list) and value:
        return Options(tuple(value))
    if not isinstance(value, dict) or not {"low", "high"} <= set(value) <= _KEYS_OF_RANGE:
        raise ConfigError(f"{place}: {key} must be a list or a range, got {value!r}", fix=_FORM)
    low, high, log = value["low"], value["high"], value.get("log", False)
    if not all(_is_number(end) for end in (low, high)) or not low < high:
        raise ConfigError(f"{place}: low must be a number below high, got {low!r} and {high!r}", fix=_FORM)
    if not isinstance(log, bool) or (log and low <= 0):
        raise ConfigError(f"{place}: log must be true, with low above 0, or false, got {log!r}", fix=_FORM)
    return Range(float(low), float(high), log)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max
