"""Strict YAML parser that remembers the line of each key.

PyYAML lets a later key overwrite an earlier one, expands aliases without bound and obeys tags: here these are errors.
"""

from typing import Any

import yaml

from blemore_cli.core.validation import KeyPath

_COLLECTION_TAGS = ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")


class InvalidYamlError(Exception):
    """Text that is not YAML, or is YAML that a configuration has no use for.

    Attributes:
        line: Line of the problem, from 1, or None where it is unknown.
    """

    def __init__(self, problem: str, line: int | None) -> None:
        super().__init__(problem)
        self.line = line


class _NoAliasLoader(yaml.SafeLoader):
    """A safe loader whose result cannot outgrow its text."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            alias = self.peek_event()  # type: ignore[no-untyped-call]
            line = alias.start_mark.line + 1
            raise InvalidYamlError("an alias (*name) is not supported, write the value again", line)
        return super().compose_node(parent, index)


def parse_yaml(text: str) -> tuple[Any, dict[KeyPath, int]]:
    r"""Parses a YAML document into dictionaries, lists and scalars; keys stay the text that they are.

    Returns:
        The content (None for an empty document), and the line of each key and list item.

    Raises:
        InvalidYamlError: If the text is not one YAML document, repeats a key, or uses aliases or tags.

    Examples:
        >>> parse_yaml("train:\n  seed: 3")
        ({'train': {'seed': 3}}, {(): 1, ('train',): 1, ('train', 'seed'): 2})
    """
    try:
        loader = _NoAliasLoader(text)
        root = loader.get_single_node()
        lines: dict[KeyPath, int] = {(): 1 if root is None else _line(root)}
        return None if root is None else _content(loader, root, (), lines), lines
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise InvalidYamlError(error.problem or str(error), mark.line + 1 if mark else None) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise InvalidYamlError(f"the character U+{ord(text[error.position]):04X} is not permitted", line) from None
    except RecursionError:
        raise InvalidYamlError("the content is nested too deeply", None) from None


def _content(loader: yaml.SafeLoader, node: yaml.Node, path: KeyPath, lines: dict[KeyPath, int]) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return _scalar(loader, node)
    if node.tag not in _COLLECTION_TAGS:
        raise InvalidYamlError(f"the tag {node.tag} is not supported", _line(node))
    if isinstance(node, yaml.SequenceNode):
        for position, item in enumerate(node.value):
            lines[*path, position] = _line(item)
        return [_content(loader, item, (*path, position), lines) for position, item in enumerate(node.value)]
    return {key: _content(loader, value, (*path, key), lines) for key, value in _items(node, path, lines)}


def _items(node: yaml.Node, path: KeyPath, lines: dict[KeyPath, int]) -> list[tuple[str, yaml.Node]]:
    """The entries of a mapping, each key noted with its line."""
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise InvalidYamlError("a key must be plain text, got a list or mapping", _line(key))
        entry = (*path, key.value)
        if entry in lines:
            dotted = ".".join(map(str, entry))
            raise InvalidYamlError(f"key {dotted} is given twice, first in line {lines[entry]}", _line(key))
        lines[entry] = _line(key)
    return [(key.value, value) for key, value in node.value]


def _scalar(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> Any:
    try:
        return loader.construct_object(node)
    except (ValueError, LookupError, AttributeError):  # PyYAML's own ways to fail on `2024-13-45` or `!!bool x`
        kind = node.tag.rpartition(":")[2]
        raise InvalidYamlError(f"{node.value[:60]!r} is not a valid {kind}", _line(node)) from None


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1
