"""The record of an ablation and its JSON."""

import json
from dataclasses import replace

import pytest

from blemore_cli.experiments.runs.ablation_result import Ablation, finite


def test_json_has_the_keys_of_the_contract(ablation: Ablation) -> None:
    content = ablation.as_json()
    assert {"run", "arms", "tests", "protocol", "seeds", "n_clips", "n_actors", "failed", "sentences"} <= set(content)
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
    arm = replace(ablation.arms[0], ci95=(float("nan"), float("inf")), score_std=float("nan"))
    content = replace(ablation, arms=(arm,)).as_json()
    json.dumps(content, allow_nan=False)
    assert (content["arms"]["learned"]["ci95"], content["arms"]["learned"]["score_std"]) == ([None, None], None)


def test_finite_leaves_the_rest_alone() -> None:
    assert finite({"n": 3, "ok": True, "text": "nan", "x": [0.5, (float("-inf"),)]}) == {
        "n": 3,
        "ok": True,
        "text": "nan",
        "x": [0.5, [None]],
    }


def test_a_test_is_found_by_arm_method_and_metric(ablation: Ablation) -> None:
    found = ablation.against_reference("random", "nadeau_bengio")
    assert found is not None
    assert found.p_value == pytest.approx(0.0101)
    assert ablation.against_reference("random", "nadeau_bengio", metric="presence") is None
    assert ablation.against_reference("learned", "actor_bootstrap") is None
