"""The JSON files of a run as version 0.1 wrote them: each is read by its schema, and written again byte for byte."""

import json
from pathlib import Path

import pytest

from blemore_cli.core.validation import read_json
from blemore_cli.experiments.runs.ablation_file import Ablation
from blemore_cli.experiments.runs.artefact import Artefact
from blemore_cli.experiments.runs.explanation_file import Explanation
from blemore_cli.experiments.runs.metrics import RunMetrics
from blemore_cli.experiments.runs.shift_file import SCHEMA, Shifts
from blemore_cli.experiments.runs.stress_file import Stress

FOLDER = Path(__file__).parent / "run_files"


def as_written(content: object) -> str:
    return json.dumps(content, indent=2, allow_nan=False) + "\n"


@pytest.mark.parametrize(
    ("name", "schema"),
    [("metrics", RunMetrics), ("ablation", Ablation), ("explain", Explanation), ("stress", Stress)],
)
def test_a_record_comes_back_byte_for_byte(name: str, schema: type[Artefact]) -> None:
    path = FOLDER / f"{name}.json"
    assert as_written(read_json(path, schema, fix="").as_json()) == path.read_text(encoding="utf-8")


def test_shifts_come_back_byte_for_byte() -> None:
    path = FOLDER / "shift.json"
    assert as_written(SCHEMA.dump_python(read_json(path, Shifts, fix=""))) == path.read_text(encoding="utf-8")
