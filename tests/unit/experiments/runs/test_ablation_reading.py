"""An ablation comes back as it was written, and a file that is not one is refused by name."""

import json
import math
from dataclasses import replace
from typing import Any

import pytest

from blemore_cli.core.errors import ArtefactError
from blemore_cli.experiments.runs.ablation_reading import read_ablation
from blemore_cli.experiments.runs.ablation_result import Ablation
from blemore_cli.experiments.runs.folder import RunFolder


def test_it_comes_back_as_it_was(written_arms: RunFolder, written_ablation: Ablation) -> None:
    assert read_ablation(written_arms) == written_ablation


def test_an_interval_that_does_not_exist_is_nan(written_arms: RunFolder, written_ablation: Ablation) -> None:
    nothing = replace(written_ablation.tests[0], ci95=(math.nan, math.nan))
    written_arms.finish(replace(written_ablation, tests=(nothing,)).as_json())
    assert all(map(math.isnan, read_ablation(written_arms).tests[0].ci95))


@pytest.mark.parametrize(
    "change",
    [{"arms": None}, {"arms": {"learned": 3}}, {"tests": [{"a": "x", "ci95": None}]}, {"n_clips": "many"}],
)
def test_a_file_that_is_not_one_is_refused(change: dict[str, Any], written_arms: RunFolder) -> None:
    path = written_arms.path / "metrics.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    with pytest.raises(ArtefactError, match=r"metrics\.json must be that of an ablation") as caught:
        read_ablation(written_arms)
    assert "blemore ablate --name arms --resume" in caught.value.fix


def test_a_missing_file_is_named(written_arms: RunFolder) -> None:
    (written_arms.path / "metrics.json").unlink()
    with pytest.raises(ArtefactError, match=r"metrics\.json, which is missing"):
        read_ablation(written_arms)
