"""An ablation's JSON, which comes back as it was written; a file that is not one is refused by name."""

import json
import math
from dataclasses import replace
from typing import Any

import pytest

from blemore_cli.core.errors import ArtefactError
from blemore_cli.experiments.runs.ablation_file import Ablation, read_ablation
from blemore_cli.experiments.runs.folder import RunFolder


def test_json_has_the_keys_of_the_contract(ablation: Ablation) -> None:
    content = ablation.as_json()
    assert {
        "run",
        "arms",
        "tests",
        "protocol",
        "seeds",
        "n_clips",
        "n_actors",
        "failed",
        "sentences",
        "conclusion",
    } <= set(content)
    assert {"presence", "salience", "score", "score_std", "ci95", "difference"} <= set(content["arms"]["random"])
    assert {"a", "b", "metric", "difference", "ci95", "p_value", "p_adjusted", "method"} <= set(content["tests"][0])


def test_json_is_what_was_found(ablation: Ablation) -> None:
    content = json.loads(json.dumps(ablation.as_json(), allow_nan=False))
    assert list(content["arms"]) == [arm.name for arm in ablation.arms]
    assert content["arms"]["random"]["difference"] == {"model.selection": "random"}
    assert content["tests"][0]["ci95"] == [-0.05, -0.025]
    assert content["tests"][2]["p_value"] is None
    assert (content["seeds"], content["failed"]) == ([0, 1, 2], {"dann": "the loss became NaN"})


def test_json_never_holds_nan(ablation: Ablation) -> None:
    arm = ablation.arms[0].model_copy(update={"ci95": (float("nan"), float("inf")), "score_std": float("nan")})
    content = ablation.model_copy(update={"arms": (arm,)}).as_json()
    json.dumps(content, allow_nan=False)
    assert (content["arms"]["learned"]["ci95"], content["arms"]["learned"]["score_std"]) == ([None, None], None)


def test_a_test_is_found_by_arm_method_and_metric(ablation: Ablation) -> None:
    found = ablation.against_reference("random", "nadeau_bengio")
    assert found is not None
    assert found.p_value == pytest.approx(0.0101)
    assert ablation.against_reference("random", "nadeau_bengio", metric="presence") is None
    assert ablation.against_reference("learned", "actor_bootstrap") is None


def test_it_comes_back_as_it_was(written_arms: RunFolder, written_ablation: Ablation) -> None:
    assert read_ablation(written_arms) == written_ablation


def test_an_interval_that_does_not_exist_is_nan(written_arms: RunFolder, written_ablation: Ablation) -> None:
    nothing = replace(written_ablation.tests[0], ci95=(math.nan, math.nan))
    written_arms.finish(written_ablation.model_copy(update={"tests": (nothing,)}).as_json())
    assert all(map(math.isnan, read_ablation(written_arms).tests[0].ci95))


@pytest.mark.parametrize(
    "change",
    [{"arms": None}, {"arms": {"learned": 3}}, {"tests": [{"a": "x", "ci95": None}]}, {"n_clips": "many"}],
)
def test_a_file_that_is_not_one_is_refused(change: dict[str, Any], written_arms: RunFolder) -> None:
    path = written_arms.path / "metrics.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    with pytest.raises(ArtefactError, match=r"metrics\.json: ") as caught:
        read_ablation(written_arms)
    assert "blemore ablate --name arms --resume" in caught.value.fix


def test_a_missing_file_is_named(written_arms: RunFolder) -> None:
    (written_arms.path / "metrics.json").unlink()
    with pytest.raises(ArtefactError, match=r"metrics\.json"):
        read_ablation(written_arms)
