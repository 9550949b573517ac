"""Validation of parsed content by a pydantic schema, with errors that name the key, the requirement and the value."""

import re
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from blemore_cli.core.errors import ArtefactError
from blemore_cli.core.files import read_bytes

Content = TypeVar("Content")

KeyPath = tuple[str | int, ...]
"""Where a value stands in a document: the keys and list positions that lead to it."""

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


def read_json(path: Path, schema: type[Content], *, fix: str) -> Content:
    """Reads a JSON file as an object of a schema.

    Args:
        path: The file.
        schema: A pydantic model, or another type that pydantic can validate.
        fix: The next step for the user if that fails.

    Raises:
        ArtefactError: If the file is missing, unreadable, not JSON, or does not fit the schema.
    """
    content = read_bytes(path, "JSON file", ArtefactError, fix=fix)
    try:
        return TypeAdapter(schema).validate_json(content)
    except ValidationError as error:
        raise _misfit(path, error, fix) from error


def validated(content: object, schema: type[Content], *, place: str | Path, fix: str) -> Content:
    """Checks parsed content of a file, whose path is its `place`, against a schema, as `read_json` does.

    Raises:
        ArtefactError: If it does not fit.

    Examples:
        >>> validated({"seed": "3"}, dict[str, int], place="metrics.json", fix="Train again.")
        {'seed': 3}
    """
    try:
        return TypeAdapter(schema).validate_python(content)
    except ValidationError as error:
        raise _misfit(place, error, fix) from error


def _misfit(place: str | Path, error: ValidationError, fix: str) -> ArtefactError:
    return ArtefactError(f"{place}: {problem(error.errors(include_url=False)[0])}", fix=fix)


def problem(detail: ErrorDetails) -> str:
    """One pydantic error as `KEY REQUIREMENT, got VALUE`.

    Examples:
        >>> problem({"type": "int_parsing", "loc": ("folds", 0, "n"), "msg": "", "input": "many"})
        "folds[0].n must be a whole number, got 'many'"
    """
    key = dotted(tuple(part for part in detail["loc"] if part != "[key]"))
    if detail["type"] == "missing":
        return f"{key} must be there"
    if detail["type"] == "extra_forbidden":
        return f"{key} is not a known key"
    if detail["type"] == "json_invalid":
        return f"must be JSON, and is not: {detail['msg'].removeprefix('Invalid JSON: ')}"
    return f"{key} {requirement(detail)}, got {shown(detail['input'])}".lstrip()


def requirement(detail: ErrorDetails) -> str:
    """What a value must be, from pydantic's `Input should be ...` or the message of a validator."""
    message = re.sub(r"^(Input|String|List|Dictionary|Value) should ", "must ", detail["msg"])
    return _REQUIREMENT.get(detail["type"]) or message.removeprefix("Value error, ")


def shown(value: Any) -> str:
    """A value for a message, in YAML's words and at most 80 characters.

    Examples:
        >>> shown(None), shown(True), shown("x" * 100)[-5:]
        ('nothing', 'true', 'xx...')
    """
    text = "nothing" if value is None else str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def dotted(path: KeyPath) -> str:
    """Writes a path as in messages and flags.

    Examples:
        >>> dotted(("model", "encoders", 0))
        'model.encoders[0]'
    """
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")
