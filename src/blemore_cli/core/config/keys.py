"""Keys of the configuration, and the message about an unknown one."""

from typing import Final, get_origin

from pydantic.fields import FieldInfo

from blemore_cli.core.config.schema import Config, Section
from blemore_cli.core.spelling import did_you_mean
from blemore_cli.core.validation import KeyPath, dotted

SECTIONS: Final[dict[str, type[Section]]] = {
    name: field.annotation
    for name, field in Config.model_fields.items()
    if isinstance(field.annotation, type) and issubclass(field.annotation, Section)
}
"""The class of each section, such as `train`."""

FIELDS: Final = {
    **{name: field for name, field in Config.model_fields.items() if name not in SECTIONS},
    **{f"{name}.{key}": field for name, section in SECTIONS.items() for key, field in section.model_fields.items()},
}
"""The declaration of every key, by its dotted name."""

_OWNER_OF_KEY: Final = {key: name for name, section in SECTIONS.items() for key in section.model_fields}


def field_of(path: KeyPath) -> FieldInfo | None:
    """The declaration of `runs`, of `train.seed`, or of the mapping in which `data.encoders.wavlm` is a name."""
    name, *rest = map(str, path)
    if not rest:
        return Config.model_fields.get(name)
    field = SECTIONS[name].model_fields.get(rest[0]) if name in SECTIONS else None
    if len(rest) == 1 or (field is not None and get_origin(field.annotation) is dict):
        return field
    return None


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
    if wrong in _OWNER_OF_KEY:
        return f"unknown key {dotted(path)}; did you mean {_OWNER_OF_KEY[wrong]}.{wrong}?"
    siblings = SECTIONS[str(path[0])].model_fields if in_section else Config.model_fields
    return f"unknown key {dotted(path)}{did_you_mean(wrong, siblings)}"
