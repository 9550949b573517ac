"""Records of JSON files: unknown keys are ignored, absent keys stay absent, and what does not exist is null."""

import math

from blemore_cli.experiments.runs.artefact import Artefact, Figure, finite


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
