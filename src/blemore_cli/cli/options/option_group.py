"""Groups of options, declared once as the fields of a dataclass."""

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import is_dataclass
from typing import Any


def flags(parameters: Sequence[inspect.Parameter]) -> list[inspect.Parameter]:
    """The flat parameters that Typer reads: a group is its fields.

    Args:
        parameters: Parameters of a command; one whose annotation is a dataclass is a group of options.

    Returns:
        Keyword-only parameters, in the same order.
    """
    flat = [flag for each in parameters for flag in (_fields(each) if is_group(each) else [each])]
    return [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in flat]


def grouped(parameters: Sequence[inspect.Parameter], options: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a command from the values of its `flags`: each group is one argument again."""
    return {
        each.name: each.annotation(**{field.name: options[field.name] for field in _fields(each)})
        if is_group(each)
        else options[each.name]
        for each in parameters
    }


def is_group(parameter: inspect.Parameter) -> bool:
    """Whether a parameter stands for the fields of a dataclass."""
    return inspect.isclass(parameter.annotation) and is_dataclass(parameter.annotation)


def _fields(group: inspect.Parameter) -> list[inspect.Parameter]:
    return list(inspect.signature(group.annotation).parameters.values())
