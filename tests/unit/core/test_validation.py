from pathlib import Path

import pytest
from pydantic import BaseModel

from blemore_cli.core.errors import ArtefactError
from blemore_cli.core.validation import read_json, validated


class Fold(BaseModel):
    fold: int
    score: float


class Metrics(BaseModel):
    folds: list[Fold]


def test_a_json_file_becomes_an_object_of_its_schema(tmp_path: Path) -> None:
    path = tmp_path / "metrics.json"
    path.write_text('{"folds": [{"fold": 0, "score": 0.25}]}')
    assert read_json(path, Metrics, fix="Train again.") == Metrics(folds=[Fold(fold=0, score=0.25)])
    path.write_text('{"a": [1, 2]}')
    assert read_json(path, dict[str, tuple[int, int]], fix="") == {"a": (1, 2)}


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b'{"folds": [{"fold": "one", "score": 1}]}', r"folds\[0\].fold must be a whole number, got 'one'"),
        (b'{"folds": [{"fold": 1}]}', r"folds\[0\].score must be there"),
        (b"{", "must be JSON, and is not: EOF"),
        (b"\xff", "must be JSON, and is not"),
        (b"[" * 10_000, "must be JSON, and is not"),
        (b"3", r"metrics.json: must be .*, got 3"),
    ],
)
def test_what_does_not_fit_is_named(content: bytes, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "metrics.json"
    path.write_bytes(content)
    with pytest.raises(ArtefactError, match=problem) as error:
        read_json(path, Metrics, fix="Train again.")
    assert error.value.fix == "Train again."
    assert str(path) in error.value.message


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArtefactError, match=r"none.json must be a JSON file, but it does not exist"):
        read_json(tmp_path / "none.json", Metrics, fix="Train again.")


def test_parsed_content_is_refused_alike() -> None:
    assert validated([{"fold": 0, "score": 1}], list[Fold], place="metrics.json", fix="") == [Fold(fold=0, score=1)]
    with pytest.raises(ArtefactError, match=r"metrics.json: score must be a number, got nothing"):
        validated({"fold": 0, "score": None}, Fold, place="metrics.json", fix="")
