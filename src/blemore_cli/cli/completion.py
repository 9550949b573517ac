"""What the shell may complete: runs, encoders, and keys of the configuration with their values.

A completion never complains: where the project cannot be read, there is nothing to complete.
"""

from typing import TYPE_CHECKING, Any, get_args

import typer

if TYPE_CHECKING:
    from blemore_cli.core.config import Config


def complete_run(ctx: typer.Context, incomplete: str) -> list[str]:
    """Runs of the project, and the arms of those that compare arms."""
    from blemore_cli.experiments.run_dir import run_names

    config = _project(ctx)
    return [name for name in run_names(config.runs) if name.startswith(incomplete)] if config else []


def complete_encoders(ctx: typer.Context, incomplete: str) -> list[str]:
    """Encoders of the index; of a list with commas, the last one."""
    from blemore_cli.core.errors import BlemoreError
    from blemore_cli.data.index_file import read_index

    before, comma, last = incomplete.rpartition(",")
    config = _project(ctx)
    try:
        names = list(read_index(config.data.index).encoders) if config else []
    except BlemoreError:
        return []
    taken = before.split(",")
    return [before + comma + name for name in names if name.startswith(last) and name not in taken]


def complete_override(incomplete: str) -> list[str]:
    """Keys of the configuration as `section.key=`, and the values of those that name their choices.

    Examples:
        >>> complete_override("model.top")
        ['model.top_n=']
        >>> complete_override("model.selection=r")
        ['model.selection=random']
    """
    from blemore_cli.core.config_keys import SECTIONS

    found = []
    for section, keys in SECTIONS.items():
        for key, field in keys.model_fields.items():
            values = [value for value in _literals(field.annotation) if isinstance(value, str)]
            asked = incomplete.startswith(f"{section}.{key}=") and values
            found += [f"{section}.{key}={value}" for value in values] if asked else [f"{section}.{key}="]
    return [text for text in found if text.startswith(incomplete)]


def _literals(annotation: Any) -> tuple[Any, ...]:
    """The names of a `Literal`, also inside a union."""
    parts = get_args(annotation)
    return tuple(value for part in parts for value in (_literals(part) if get_args(part) else (part,)))


def _project(ctx: typer.Context) -> "Config | None":
    from blemore_cli.core.config_file import load_config
    from blemore_cli.core.errors import BlemoreError

    try:
        return load_config(ctx.params.get("config"))[0]
    except BlemoreError:
        return None
