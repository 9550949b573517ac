"""Commented project files, generated from the schema."""

import json
import os
import re
import textwrap
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import yaml

from blemore_cli.core.config.schema import FIELDS
from blemore_cli.core.errors import ConfigError
from blemore_cli.core.files import write_text

HEADER: Final = """\
# Project file of blemore. Relative paths are relative to this file.
# Override a key for one command with --set section.key=value.
"""
COMMON_KEYS: Final = (
    "runs",
    *(f"data.{key}" for key in ("features", "train_metadata", "test_metadata", "index", "aggregate", "missing")),
    *(f"model.{key}" for key in ("selection", "top_n", "d_latent", "d_gate", "gate_view", "dropout", "encoders")),
    *(f"train.{key}" for key in ("seed", "max_epochs", "batch_size", "learning_rate", "weight_decay")),
    *(f"train.{key}" for key in ("standardize", "device", "jobs")),
    *(f"adapt.{key}" for key in ("shift", "method")),
    "decode.method",
)
"""The keys that `blemore init` writes."""

COLUMN, WIDTH = 36, 120
"""Where the comments begin, and where they end."""


def write_project_file(
    path: Path, *, features: Sequence[Path], train_metadata: Path | None, test_metadata: Path | None
) -> list[str]:
    """Writes a project file. Paths that are given must exist; relative ones are rewritten relative to it.

    Those that are not given have the usual names beside it; test metadata only if that file exists.

    Returns:
        What its reader should know.

    Raises:
        ConfigError: If the file exists, or a given path does not.
    """
    if os.path.lexists(path):
        raise ConfigError(f"{path} exists and is not overwritten", fix="Edit it, or delete it first.")
    for given in (*features, train_metadata, test_metadata):
        if given is not None and not given.exists():
            raise ConfigError(f"paths of a project must exist, and {given} does not", fix="Correct the path.")
    usual = path.parent / "test_metadata.csv"
    test = _seen_from(path.parent, test_metadata) if test_metadata else usual.name if usual.exists() else None
    values = {
        "data.features": [_seen_from(path.parent, source) for source in features] or ["features"],
        "data.train_metadata": _seen_from(path.parent, train_metadata) if train_metadata else "train_metadata.csv",
        "data.test_metadata": test,
    }
    write_text(path, f"{HEADER}\n{rendered(values, COMMON_KEYS)}")
    missing = f"no test metadata were given and {usual} is not there, so there are no test clips to submit"
    return [] if test else [f"{missing}; set data.test_metadata when you have them"]


def _seen_from(folder: Path, path: Path) -> str:
    return str(path) if path.is_absolute() else os.path.relpath(path, folder)


def rendered(values: Mapping[str, Any], keys: Sequence[str] = tuple(FIELDS)) -> str:
    """Writes keys of a project file, each with its value and its comment.

    Args:
        values: Value of some dotted keys; the others have their default.
        keys: The dotted keys to write, in their order.

    Examples:
        >>> print(rendered({"train.seed": 3}, ["train.seed"]), end="")
        train:
          seed: 3                           # of every random stream
    """
    parts = []
    for section, names in groupby(keys, lambda key: key.rpartition(".")[0]):
        entries = "".join(_entry(name, values.get(name, FIELDS[name].default)) for name in names)
        parts.append(f"{section}:\n{entries}" if section else entries)
    return "\n".join(parts)


def _entry(key: str, value: Any) -> str:
    """A key with its value and its comment, which goes on in further lines where it is long."""
    section, _, name = key.rpartition(".")
    text = f"{'  ' if section else ''}{name}: {in_yaml(value)}"
    lines = textwrap.wrap(FIELDS[key].description or name, WIDTH - COLUMN - 2)
    starts = [max(f"{text}  ", text.ljust(COLUMN), key=len), *[" " * COLUMN] * (len(lines) - 1)]
    return "".join(f"{start}# {line}\n" for start, line in zip(starts, lines, strict=True))


def in_yaml(value: Any) -> str:
    """A value in YAML's flow style, paths as text, quoted where they must be.

    Examples:
        >>> in_yaml([Path("my features")]), in_yaml(4e-3), in_yaml({}), in_yaml(None)
        ('["my features"]', '0.004', '{}', 'null')
    """
    if isinstance(value, list):
        return f"[{', '.join(map(in_yaml, value))}]"
    text = str(value)
    if isinstance(value, str | Path) and not (_PLAIN.fullmatch(text) and yaml.safe_load(text) == text):
        return json.dumps(text, ensure_ascii=not text.isprintable())
    return text if isinstance(value, str | Path) else json.dumps(value)


_PLAIN: Final = re.compile(r"[A-Za-z][\w./-]*", re.ASCII)
