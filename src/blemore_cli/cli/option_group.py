"""Options that several commands have in common, declared once as the fields of a dataclass."""

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, get_type_hints


def flags(parameters: Sequence[inspect.Parameter]) -> list[inspect.Parameter]:
    """The flat parameters that Typer reads: those that are options come first, then the fields of each group.

    Args:
        parameters: Parameters of a command; one whose annotation is a dataclass is a group of options.

    Returns:
        Keyword-only parameters.
    """
    own = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in parameters if not is_group(each)]
    return own + [flag for each in parameters if is_group(each) for flag in _fields(each.annotation)]


def grouped(parameters: Sequence[inspect.Parameter], options: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a command from the values of its `flags`: each group is one argument again."""
    result = {}
    for each in parameters:
        if is_group(each):
            result[each.name] = each.annotation(**{flag.name: options[flag.name] for flag in _fields(each.annotation)})
        else:
            result[each.name] = options[each.name]
    return result


def is_group(parameter: inspect.Parameter) -> bool:
    """Whether a parameter stands for the fields of a dataclass."""
    return inspect.isclass(parameter.annotation) and is_dataclass(parameter.annotation)


def _fields(group: Any) -> list[inspect.Parameter]:
    hints = get_type_hints(group, include_extras=True)
    return [
        inspect.Parameter(
            each.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if each.default is MISSING else each.default,
            annotation=hints[each.name],
        )
        for each in fields(group)
    ]
