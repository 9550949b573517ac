"""Configuration files: reading `blemore.yaml` with its overrides, and writing a configuration as YAML."""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from blemore_cli.core.choices import PROJECT_FILE
from blemore_cli.core.config.check import checked_config
from blemore_cli.core.config.overrides import apply_override, write_value
from blemore_cli.core.config.schema import FIELDS, Config
from blemore_cli.core.config.strict_yaml import InvalidYamlError, parse_yaml
from blemore_cli.core.errors import ConfigError, UsageError
from blemore_cli.core.files import read_text
from blemore_cli.core.validation import KeyPath


def load_config(path: Path | None, overrides: Sequence[str] = ()) -> tuple[Config, Path]:
    """Loads a configuration file, applies overrides, and makes its paths absolute.

    Args:
        path: The YAML file; None means `blemore.yaml` in the working directory, or all defaults where there is none.
        overrides: `section.key=value` each, later ones winning.

    Returns:
        The configuration with absolute paths, and the folder that relative paths are relative to.

    Raises:
        ConfigError: Naming file and line, or the `--set` flag, of what is wrong.
        UsageError: If an override has no `=`.
    """
    default = Path(PROJECT_FILE)
    source = path or (default if default.exists() else None)
    content, places = ({}, {(): "the defaults"}) if source is None else _read(source)
    config = checked_config(content, places)
    for override in overrides:
        apply_override(content, places, override)
        config = checked_config(content, places)
    root = Path.cwd() if source is None else source.absolute().parent
    return resolve_paths(config, root), root


def with_changes(config: Config, changes: Mapping[str, Any], *, place: str = "command line") -> Config:
    """Replaces keys of a configuration by the values of command-line flags, checking them as those of a file.

    Args:
        config: A configuration with absolute paths.
        changes: Value of each dotted key; paths are relative to the working directory.
        place: Where the changes were written, for the messages.

    Raises:
        UsageError: Naming the key, the requirement and the actual value.

    Examples:
        >>> with_changes(Config(), {"model.top_n": 5}).model.top_n
        5
    """
    content = config.model_dump()
    for key, value in changes.items():
        write_value(content, tuple(key.split(".", 2)), value)
    try:
        return resolve_paths(checked_config(content, {(): place}), Path.cwd())
    except ConfigError as error:
        raise UsageError(error.message, fix="Correct the flags of the command.") from None


def resolve_paths(config: Config, root: Path) -> Config:
    """Makes every path of a configuration absolute, expanding `~`; relative ones are relative to `root`.

    Raises:
        ConfigError: If a path cannot be one.

    Examples:
        >>> resolve_paths(Config(), Path("/project")).data.index.as_posix()
        '/project/index.h5'
    """
    return with_each_path(config, lambda path: _absolute(path, root))


def with_each_path(config: Config, change: Callable[[Path], Path]) -> Config:
    """A configuration with every path changed."""
    data, extract = config.data, config.extract
    new_data = {
        "features": [change(path) for path in data.features],
        "train_metadata": data.train_metadata and change(data.train_metadata),
        "test_metadata": data.test_metadata and change(data.test_metadata),
        "index": change(data.index),
        "encoders": {name: _each(places, change) for name, places in data.encoders.items()},
    }
    new_extract = {
        "media": [change(path) for path in extract.media],
        "out": change(extract.out),
        "encoders": {name: _with_model(options, change) for name, options in extract.encoders.items()},
    }
    sections = {"data": data.model_copy(update=new_data), "extract": extract.model_copy(update=new_extract)}
    return config.model_copy(update={"runs": change(config.runs), **sections})


def _with_model(options: dict[str, Any], change: Callable[[Path], Path]) -> dict[str, Any]:
    """The options of an encoder with the folder of its model changed."""
    return {**options, "model": str(change(Path(str(options["model"]))))} if "model" in options else options


def _each(places: Path | list[Path], change: Callable[[Path], Path]) -> Path | list[Path]:
    return [change(path) for path in places] if isinstance(places, list) else change(places)


def normal_paths(config: Config) -> Config:
    """A configuration whose absolute paths are as short as they can be: no `..` is left in them."""
    return with_each_path(config, lambda path: Path(os.path.normpath(path)))


def relative_to(config: Config, folder: Path) -> Config:
    """A configuration whose paths are relative to a folder, so that they move with it and name no home of a user.

    A path that shares no more than the root with the folder stays as it is.
    """
    base = folder.absolute()

    def relative(path: Path) -> Path:
        is_apart = not path.is_absolute() or os.path.commonpath([path, base]) == path.anchor
        return path if is_apart else Path(os.path.relpath(path, base))

    return with_each_path(config, relative)


def _absolute(path: Path, root: Path) -> Path:
    try:
        if "\0" in str(path):
            raise ValueError("it holds a NUL character")
        return root.absolute() / path.expanduser()
    except (ValueError, RuntimeError) as error:
        raise ConfigError(f"a path must name a file or folder, got {str(path)!r}: {error}", fix="Correct it.") from None


def dump_config(config: Config) -> str:
    """Writes a configuration as YAML with every key; `load_config` reads a resolved one back as it was."""
    # Beyond ASCII everything is escaped: PyYAML writes some Unicode line ends so that it cannot read them back.
    return yaml.safe_dump(config.model_dump(mode="json"), sort_keys=False, allow_unicode=False, width=4096)


def written_values(path: Path) -> dict[str, Any]:
    """What a configuration file itself gives for each dotted key of the schema that it names.

    Raises:
        ConfigError: If the file is no YAML of sections.
    """
    content, _ = _read(path)
    sections = {name: part for name, part in content.items() if isinstance(part, dict)}
    named = content | {f"{name}.{key}": value for name, part in sections.items() for key, value in part.items()}
    return {key: named[key] for key in FIELDS if key in named}


def _read(path: Path) -> tuple[dict[str, Any], dict[KeyPath, str]]:
    """The file's sections, and where each of its keys is written."""
    try:
        fix = "Write it with `blemore init`, or correct --config."
        content, lines = parse_yaml(read_text(path, "configuration file", ConfigError, fix=fix))
    except InvalidYamlError as error:
        where = str(path) if error.line is None else f"{path}, line {error.line}"
        raise ConfigError(f"{where}: {error}", fix="Correct the YAML; indent with spaces, not tabs.") from None
    if not isinstance(content, dict | None):
        kind = "a list" if isinstance(content, list) else repr(str(content)[:60])
        raise ConfigError(
            f"{path}, line {lines[()]}: the file must hold sections of keys, got {kind}",
            fix="Begin with what `blemore init` writes.",
        )
    places = {key: f"{path}, line {line}" for key, line in lines.items()}
    return content or {}, places | {(): str(path)}
