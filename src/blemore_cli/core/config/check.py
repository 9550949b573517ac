"""Validation of plain content as a `Config`, with errors that name the place of a wrong value."""

import re
from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from blemore_cli.core.config.schema import SECTIONS, Config
from blemore_cli.core.errors import ConfigError
from blemore_cli.core.spelling import did_you_mean
from blemore_cli.core.validation import KeyPath, dotted, problem, requirement

N_SHOWN_PROBLEMS: Final = 5


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
    ] + [
        f"{_place(('cost', name), places)}: cost.{name} must be a number, got {str(value).lower()}"
        for name, value in (content.get("cost") or {}).items()
        if isinstance(value, bool)
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
    value, meant = detail["input"], ""
    if detail["type"] == "literal_error" and isinstance(value, str):
        meant = did_you_mean(value, re.findall(r"'([^']*)'", requirement(detail)))
    return f"{place}: {problem(detail)}{meant}"


def unknown_key(path: KeyPath) -> str:
    """The message about an unknown key, with the one that was probably meant.

    Examples:
        >>> unknown_key(("model", "topn"))
        'unknown key model.topn; did you mean top_n?'
        >>> unknown_key(("seed",))
        'unknown key seed; did you mean train.seed?'
    """
    in_section = len(path) > 1 and path[0] in SECTIONS
    wrong = str(path[1 if in_section else 0])
    for name, section in reversed(SECTIONS.items()):
        if wrong in section.model_fields:
            return f"unknown key {dotted(path)}; did you mean {name}.{wrong}?"
    siblings = SECTIONS[str(path[0])].model_fields if in_section else Config.model_fields
    return f"unknown key {dotted(path)}{did_you_mean(wrong, siblings)}"


def _place(path: KeyPath, places: Mapping[KeyPath, str]) -> str:
    """Where the key, or else the nearest one around it, was written."""
    return next(places[path[:length]] for length in range(len(path), -1, -1) if path[:length] in places)


def _refusal(problems: list[str]) -> ConfigError:
    n_more = len(problems) - N_SHOWN_PROBLEMS
    shown = problems[:N_SHOWN_PROBLEMS] + ([f"and {n_more} more problems"] if n_more > 0 else [])
    return ConfigError("\n".join(shown), fix="Correct the values; `blemore init` writes a file that explains each key.")
