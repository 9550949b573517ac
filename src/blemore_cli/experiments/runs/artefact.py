"""Typed records of a run's JSON files, each written and read by the same class."""

import math
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict

from blemore_cli.core.checksum_list import check_listed, write_checksums
from blemore_cli.core.files import write_json
from blemore_cli.core.validation import read_json

CHECKSUMS: Final = "SHA256SUMS"
"""List of the checksums of the files beside it, in a folder of results that a run has."""

Figure = Annotated[float, BeforeValidator(lambda value: math.nan if value is None else value)]
"""A number that may not exist: NaN in memory, null in the file."""


class Artefact(BaseModel):
    """A record that a JSON file holds; keys that this version does not know are left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)

    def as_json(self) -> dict[str, Any]:
        """The content of the file: the keys that were given, figures that do not exist as null."""
        content: dict[str, Any] = finite(self.model_dump(mode="json", exclude_unset=True, by_alias=True))
        return content


Record = TypeVar("Record", bound=Artefact)


def read_with_checksum(path: Path, record: type[Record], *, fix: str) -> Record | None:
    """Reads a JSON file that a list of checksums beside it vouches for; None where there is no such file.

    Args:
        path: The file.
        record: What it holds.
        fix: The next step for the user if the file is damaged.

    Raises:
        ArtefactError: If it is damaged, or of a version that had other keys.
    """
    if not path.is_file():
        return None
    content = read_json(path, record, fix=fix)
    check_listed(path.with_name(CHECKSUMS), path.name, fix=fix)
    return content


def write_with_checksum(path: Path, record: Artefact) -> None:
    """Writes a JSON file, with its checksum in a list beside it, for `read_with_checksum`.

    Raises:
        ArtefactError: If it cannot be written.
    """
    path.with_name(CHECKSUMS).unlink(missing_ok=True)  # of a file before, until this one is whole
    write_json(path, record.as_json())
    write_checksums(path.with_name(CHECKSUMS), [path.name])


def finite(value: Any) -> Any:
    """The same content as JSON can hold it: tuples as lists, NaN and infinities as None.

    Examples:
        >>> finite({"p_value": float("nan"), "ci95": (-0.01, 0.02)})
        {'p_value': None, 'ci95': [-0.01, 0.02]}
    """
    if isinstance(value, dict):
        return {key: finite(content) for key, content in value.items()}
    if isinstance(value, list | tuple):
        return [finite(content) for content in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
