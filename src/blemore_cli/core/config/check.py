"""Turning plain content into a `Config`, with errors that say where a wrong value was written."""

import re
from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from blemore_cli.core.config.keys import SECTIONS, dotted, unknown_key
from blemore_cli.core.config.schema import Config
from blemore_cli.core.config.strict_yaml import KeyPath
from blemore_cli.core.errors import ConfigError
from blemore_cli.core.spelling import did_you_mean

N_SHOWN_PROBLEMS: Final = 5

_REQUIREMENT: Final = {
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "dict_type": "must be a mapping of names to values",
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "int_from_float": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "list_type": "must be a list",
    "model_type": "must be a section of keys",
    "path_type": "must be a path (in quotes if it looks like a number or date)",
    "string_type": "must be text (in quotes if it looks like a number or date)",
}


def checked_config(content: Mapping[str, Any], places: Mapping[KeyPath, str]) -> Config:
    """Validates content; a key left empty keeps its default.

    Args:
        content: Sections and keys, as YAML gives them.
        places: Where each key was written, for example `blemore.yaml, line 4`; `()` is the place of the whole.

    Raises:
        ConfigError: Naming the place, the key, the requirement and the actual value of the first few problems.
    """
    try:
        config = Config.model_validate(_without_empty_keys(content))
    except ValidationError as error:
        details = error.errors(include_url=False)
        raise _refusal([_problem(detail, places) for detail in details]) from None
    misread = [
        f"{_place((name, key), places)}: {name}.{key} must be a number, got {str(value).lower()}"
        for name in SECTIONS
        for key, value in (content.get(name) or {}).items()
        if isinstance(value, bool) and not isinstance(getattr(getattr(config, name), key), bool)
    ]
    if misread:
        raise _refusal(misread)
    return config


def _without_empty_keys(content: Mapping[str, Any]) -> dict[str, Any]:
    """Drops known keys that have no value; unknown ones stay, to be refused."""
    kept = {key: value for key, value in content.items() if not (value is None and key in Config.model_fields)}
    for name, section in SECTIONS.items():
        if isinstance(kept.get(name), dict):
            entries = kept[name].items()
            kept[name] = {key: value for key, value in entries if not (value is None and key in section.model_fields)}
    return kept


def _problem(detail: ErrorDetails, places: Mapping[KeyPath, str]) -> str:
    path = tuple(part for part in detail["loc"] if part != "[key]")
    place = _place(path, places)
    if detail["type"] == "extra_forbidden":
        return f"{place}: {unknown_key(path)}"
    value, requirement = detail["input"], _REQUIREMENT.get(detail["type"]) or _must(detail["msg"])
    meant = ""
    if detail["type"] == "literal_error" and isinstance(value, str):
        meant = did_you_mean(value, re.findall(r"'([^']*)'", requirement))
    return f"{place}: {dotted(path)} {requirement}, got {_shown(value)}{meant}"


def _must(message: str) -> str:
    """Pydantic's `Input should be ...` as the end of a requirement."""
    return re.sub(r"^(Input|String|List|Dictionary|Value) should ", "must ", message)


def _place(path: KeyPath, places: Mapping[KeyPath, str]) -> str:
    """Where the key, or else the nearest one around it, was written."""
    return next(places[path[:length]] for length in range(len(path), -1, -1) if path[:length] in places)


def _shown(value: Any) -> str:
    text = "nothing" if value is None else str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _refusal(problems: list[str]) -> ConfigError:
    n_more = len(problems) - N_SHOWN_PROBLEMS
    shown = problems[:N_SHOWN_PROBLEMS] + ([f"and {n_more} more problems"] if n_more > 0 else [])
    return ConfigError("\n".join(shown), fix="Correct the values; `blemore init` writes a file that explains each key.")
