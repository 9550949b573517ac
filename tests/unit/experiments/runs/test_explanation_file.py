"""A report reads what `blemore explain` writes, as far as it is there."""

import json
from pathlib import Path

import pytest

from blemore_cli.core.errors import ArtefactError
from blemore_cli.experiments.runs.explanation_file import EXPLANATION, read_explanation
from blemore_cli.experiments.runs.explanation_result import Explanation

CURVES = {"n_removed": [0, 1], "top_first": [0.2, 0.1], "bottom_first": [0.2, 0.2], "random": [0.2, 0.15]}


def written(trained_run: Path, content: object) -> Path:
    path = trained_run / EXPLANATION
    path.parent.mkdir(exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return trained_run


def test_what_explain_writes_is_understood(explained: Explanation, tmp_path: Path) -> None:
    out_of_fold_grid = read_explanation(written(tmp_path, explained.as_json()))
    assert out_of_fold_grid is not None
    assert out_of_fold_grid.verdict == explained.verdict
    assert out_of_fold_grid.agreement is not None
    assert out_of_fold_grid.agreement.precision == pytest.approx(explained.agreement.precision)
    assert out_of_fold_grid.agreement.chance == pytest.approx(explained.agreement.chance)
    curves = explained.as_json()["faithfulness"]
    assert out_of_fold_grid.deletion is not None
    for key, curve in out_of_fold_grid.deletion.model_dump(exclude={"area_ci95"}).items():
        assert curve == pytest.approx(curves[key])
    assert out_of_fold_grid.cost is not None
    assert out_of_fold_grid.cost.model_dump() == {
        key: pytest.approx(each) for key, each in explained.as_json()["compute"].items()
    }


def test_nothing_explained_is_nothing(tmp_path: Path) -> None:
    assert read_explanation(tmp_path) is None


@pytest.mark.parametrize(
    "curves", [None, {**CURVES, "random": [0.2]}, {**CURVES, "top_first": "?"}, {key: [] for key in CURVES}]
)
def test_a_part_of_another_shape_is_left_out(curves: object, tmp_path: Path) -> None:
    content = {"verdict": 3, "agreement": {"precision": 0.4, "chance": 0.3, "new": []}, "faithfulness": curves}
    content["compute"] = {"n": [1], "score": [0.1, 0.2], "n_computed": [1]}
    out_of_fold_grid = read_explanation(written(tmp_path, content))
    assert out_of_fold_grid is not None
    assert (out_of_fold_grid.verdict, out_of_fold_grid.deletion, out_of_fold_grid.cost) == ("", None, None)
    assert out_of_fold_grid.agreement is not None
    assert (out_of_fold_grid.agreement.precision, out_of_fold_grid.agreement.p_value) == (0.4, None)


@pytest.mark.parametrize("content", ["{", "[1]", "[" * 100_000])
def test_a_damaged_file_is_named(content: str, tmp_path: Path) -> None:
    with pytest.raises(ArtefactError, match=r"explain\.json") as caught:
        read_explanation(written(tmp_path, content))
    assert "blemore explain" in caught.value.fix
