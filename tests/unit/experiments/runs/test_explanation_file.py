"""The explanation of a run comes back as it was written, and a file that is not one is refused by name."""

import json
import math
from pathlib import Path
from typing import Any

import pytest

from blemore_cli.core.errors import ArtefactError
from blemore_cli.experiments.runs.explanation_file import EXPLANATION, Explanation, SelectionShares, read_explanation

KEYS = [
    *("run", "rule", "top_n", "protocol", "standardize", "n_clips", "n_actors", "entropy", "n_kept", "encoders"),
    *("gate_view", "seeds", "selection", "stability", "agreement", "alone", "faithfulness", "compute", "regret"),
    *("oracle", "verdict", "planted"),
]
AGREEMENT = [
    *("precision", "ci95", "chance", "p_value", "dealt", "gain", "gain_ci95", "rank_correlation"),
    *("rank_correlation_ci95", "by_others", "by_others_ci95", "by_others_dealt", "by_others_gain_ci95"),
]


def written(folder: Path, content: object) -> Path:
    path = folder / EXPLANATION
    path.parent.mkdir(exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return folder


def test_the_json_has_the_keys_of_old_files(explained: Explanation) -> None:
    content = explained.as_json()
    assert list(content) == KEYS
    assert list(content["agreement"]) == AGREEMENT
    assert list(content["selection"]) == ["all", "test", "by_set", "by_kind", "by_actor"]
    assert list(content["selection"]["by_kind"]["blend"]) == ["face", "voice", "noise"]
    assert len(content["selection"]["by_actor"]) == 15
    curves = content["faithfulness"]
    assert list(curves) == ["n_removed", "top_first", "bottom_first", "random", "area", "area_ci95", "log_loss"]
    assert list(curves["log_loss"]) == ["top_first", "bottom_first", "random", "area"]
    assert len(curves["n_removed"]) == len(curves["top_first"]) == len(curves["log_loss"]["random"]) == 3
    assert list(content["compute"]) == ["n", "score", "n_computed"]
    assert list(content["stability"]["folds"]) == ["n_pairs", "overlap", "chance", "spearman"]
    assert list(content["alone"]) == ["log_loss", "share"]
    assert content["regret"] == pytest.approx(content["oracle"]["score"] - content["oracle"]["gate_score"])
    assert (content["planted"], content["rule"]) == (None, "learned")


def test_a_file_comes_back_as_it_was(explained: Explanation, tmp_path: Path) -> None:
    content = explained.as_json()
    again = read_explanation(written(tmp_path, {**content, "new": {"key": 1}}))
    assert again is not None
    assert json.dumps(again.as_json()) == json.dumps(content)
    assert again.deletion == explained.deletion


def test_what_does_not_exist_is_null(explained: Explanation, tmp_path: Path) -> None:
    nothing = dict.fromkeys(explained.encoders, math.nan)
    shares = SelectionShares(all=nothing, test=None, by_set={}, by_kind={}, by_actor={})
    bare = explained.model_copy(update={"selection": shares, "deletion": None, "entropy": None})
    content = bare.as_json()
    assert content["selection"]["all"] == {"face": None, "voice": None, "noise": None}
    assert (content["selection"]["test"], content["faithfulness"], content["entropy"]) == (None, None, None)
    again = read_explanation(written(tmp_path, content))
    assert again is not None
    assert math.isnan(again.selection.all["face"])


def test_nothing_explained_is_nothing(tmp_path: Path) -> None:
    assert read_explanation(tmp_path) is None


@pytest.mark.parametrize(
    ("key", "change", "place"),
    [
        ("faithfulness", {"random": [0.2]}, "faithfulness"),
        ("faithfulness", {"top_first": "?"}, r"faithfulness\.score\.top_first"),
        ("faithfulness", {"log_loss": None}, "faithfulness"),
        ("compute", {"n": [1]}, "compute"),
        ("agreement", {"precision": None}, r"agreement\.precision"),
    ],
)
def test_a_part_of_another_shape_is_named(
    key: str, change: dict[str, Any], place: str, explanation_content: dict[str, Any], tmp_path: Path
) -> None:
    content = {**explanation_content, key: {**explanation_content[key], **change}}
    with pytest.raises(ArtefactError, match=rf"explain\.json: {place}") as caught:
        read_explanation(written(tmp_path, content))
    assert "blemore explain" in caught.value.fix


@pytest.mark.parametrize("content", ["{", "[1]", "[" * 100_000])
def test_a_damaged_file_is_named(content: str, tmp_path: Path) -> None:
    with pytest.raises(ArtefactError, match=r"explain\.json") as caught:
        read_explanation(written(tmp_path, content))
    assert "blemore explain" in caught.value.fix
