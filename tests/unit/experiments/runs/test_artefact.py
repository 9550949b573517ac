"""Records of JSON files: unknown keys are ignored, absent keys stay absent, and what does not exist is null."""

import math
from pathlib import Path

import pytest

from blemore_cli.core.checksum_list import write_checksums
from blemore_cli.core.errors import ArtefactError
from blemore_cli.experiments.runs.artefact import (
    CHECKSUMS,
    Artefact,
    Figure,
    finite,
    read_with_checksum,
    write_with_checksum,
)


class Record(Artefact):
    n: int
    ci95: tuple[Figure, Figure] = (math.nan, math.nan)
    note: str | None = None


def test_a_record_is_what_was_given() -> None:
    assert Record(n=3).as_json() == {"n": 3}
    assert Record(n=3, ci95=(0.5, math.nan), note=None).as_json() == {"n": 3, "ci95": [0.5, None], "note": None}


def test_a_file_comes_back_without_the_keys_of_another_version() -> None:
    record = Record.model_validate({"n": 3, "ci95": [None, 0.5], "new": {"key": 1}})
    assert math.isnan(record.ci95[0])
    assert record.as_json() == {"n": 3, "ci95": [None, 0.5]}


def test_finite_leaves_the_rest_alone() -> None:
    assert finite({"n": 3, "ok": True, "text": "nan", "x": [0.5, (float("-inf"),)]}) == {
        "n": 3,
        "ok": True,
        "text": "nan",
        "x": [0.5, [None]],
    }


def test_a_file_is_read_if_it_is_there_and_as_its_list_of_checksums_has_it(tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    assert read_with_checksum(path, Record, fix="Again.") is None
    path.write_text('{"n": 3}')
    write_checksums(tmp_path / CHECKSUMS, [path.name])
    assert read_with_checksum(path, Record, fix="Again.") == Record(n=3)
    path.write_text('{"n": 4}')
    with pytest.raises(ArtefactError, match=r"record\.json is damaged"):
        read_with_checksum(path, Record, fix="Again.")


def test_what_is_written_with_its_checksum_is_read_and_replaced(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "record.json"
    for n in (3, 4):
        write_with_checksum(path, Record(n=n))
        assert read_with_checksum(path, Record, fix="Again.") == Record(n=n)
    path.write_text('{"n": 5}')
    with pytest.raises(ArtefactError):
        read_with_checksum(path, Record, fix="Again.")
