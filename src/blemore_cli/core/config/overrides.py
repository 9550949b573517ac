"""Overrides `--set section.key=value` of the content of a configuration file."""

from typing import Any, get_origin

from pydantic.fields import FieldInfo

from blemore_cli.core.config.check import unknown_key
from blemore_cli.core.config.schema import FIELDS, Config
from blemore_cli.core.config.strict_yaml import InvalidYamlError, parse_yaml
from blemore_cli.core.errors import ConfigError, UsageError
from blemore_cli.core.validation import KeyPath


def apply_override(content: dict[str, Any], places: dict[KeyPath, str], override: str) -> None:
    """Writes one override into valid content, and the flag into the places of its keys; raises as `parse_override`."""
    path, value = parse_override(override, flag="--set")
    write_value(content, path, value)
    for inner in [place for place in places if place[: len(path)] == path]:
        del places[inner]
    places[path] = f"--set {override}"


def parse_override(override: str, *, flag: str) -> tuple[KeyPath, Any]:
    """Reads one override.

    Args:
        override: `key=value`, `section.key=value` or, in a mapping, `section.key.name=value`. The value is YAML; a key
            that holds a list also takes `a,b`.
        flag: The flag that it was given with, for the messages.

    Returns:
        The key's path, and the value, not checked against the key's range.

    Raises:
        UsageError: If there is no `=` with a key before it.
        ConfigError: If the key is unknown, or the value is empty or not YAML.

    Examples:
        >>> parse_override("model.encoders=face,voice", flag="--set")
        (('model', 'encoders'), ['face', 'voice'])
    """
    key, equals, text = override.partition("=")
    if not equals or not key.strip():
        raise UsageError(
            f"{flag} must be section.key=value, got {override!r}", fix=f"Write, for example, {flag} model.top_n=3."
        )
    path = key_path(key.strip())
    field = field_of(path)
    if field is None:
        raise ConfigError(f"{flag} {override}: {unknown_key(path)}", fix="Correct the key.")
    return path, _value(text.strip(), f"{flag} {override}", takes_list=get_origin(field.annotation) is list)


def field_of(path: KeyPath) -> FieldInfo | None:
    """The declaration of `runs`, of `train.seed`, or of the mapping in which `cost.wavlm` is a name."""
    name, *rest = map(str, path)
    if not rest:
        return Config.model_fields.get(name)
    if is_mapping(name):
        return FIELDS[name]
    key = f"{name}.{rest[0]}"
    return FIELDS.get(key) if len(rest) == 1 or is_mapping(key) else None


def key_path(key: str) -> KeyPath:
    """The parts of a dotted key; the name of an encoder may have dots of its own.

    Examples:
        >>> key_path("data.encoders.wavlm.06"), key_path("cost.wavlm.06")
        (('data', 'encoders', 'wavlm.06'), ('cost', 'wavlm.06'))
    """
    section, *_ = key.split(".", 1)
    return tuple(key.split(".", 1 if is_mapping(section) else 2))


def is_mapping(key: str) -> bool:
    """Whether a key, such as `cost` or `data.encoders`, holds a mapping of names."""
    return key in FIELDS and get_origin(FIELDS[key].annotation) is dict


def _value(text: str, place: str, *, takes_list: bool) -> Any:
    if not text:
        raise ConfigError(f"{place}: a value must follow the =, got nothing", fix="Write null to keep the default.")
    if takes_list and text != "null" and not text.startswith("["):
        return [item.strip() for item in text.split(",")]
    try:
        return parse_yaml(text)[0]
    except InvalidYamlError as error:
        raise ConfigError(f"{place}: {error}", fix="Correct the value, and quote it for the shell.") from None


def write_value(content: dict[str, Any], path: KeyPath, value: Any) -> None:
    """Puts a value at its path in valid content, making the section where it is not there yet."""
    *parents, last = map(str, path)
    for parent in parents:
        if content.get(parent) is None:
            content[parent] = {}
        content = content[parent]
    content[last] = value
