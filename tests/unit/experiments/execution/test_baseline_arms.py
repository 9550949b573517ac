from typing import get_args

import pytest

from blemore_cli.core.choices import Family
from blemore_cli.core.config.file import with_changes
from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import UsageError
from blemore_cli.experiments.execution.baseline_arms import RECIPES, InputFusion, baseline_arms


@pytest.mark.parametrize("fusion", get_args(InputFusion))
def test_every_arm_is_a_valid_configuration_that_holds_its_changes(fusion: InputFusion) -> None:
    base = Config.model_validate({"decode": {"method": "thresholds"}, "adapt": {"method": "mmd"}})
    for changes in baseline_arms(tuple(RECIPES), ["face", "voice"], fusion).values():
        config = with_changes(base, changes).model_dump()
        for key, value in changes.items():
            section, name = key.split(".")
            assert config[section][name] == value


def test_all_families_but_the_gated_one_are_baselines() -> None:
    assert set(RECIPES) == set(get_args(Family)) - {"gated"}


def test_without_fusion_each_encoder_has_an_arm_and_trivial_models_one() -> None:
    arms = baseline_arms(["mlp512", "logistic", "frequent_single"], ["face", "voice"], "none")
    assert list(arms) == ["mlp512-face", "mlp512-voice", "logistic-face", "logistic-voice", "frequent_single"]
    assert [arms[name]["model.encoders"] for name in ("mlp512-voice", "frequent_single")] == [
        ["voice"],
        ["face", "voice"],
    ]


def test_encoders_that_cannot_be_read_alone_are_read_with_the_others() -> None:
    names = ["face", "voice"]
    assert list(baseline_arms(["linear", "frequent_single"], names, "none", alone=["voice"])) == [
        "linear-voice",
        "frequent_single",
    ]
    (arm,) = baseline_arms(["linear"], names, "concat", alone=[]).values()
    assert arm["model.encoders"] == names


def test_early_fusion_has_one_arm_for_each_model() -> None:
    arms = baseline_arms(["linear", "frequent_blend"], ["face", "voice"], "concat")
    assert list(arms) == ["linear-concat", "frequent_blend"]
    assert arms["linear-concat"]["model.encoders"] == ["face", "voice"]


def test_the_networks_are_trained_by_the_organisers_recipe() -> None:
    for model in ("linear", "mlp256", "mlp512"):
        config = with_changes(Config(), baseline_arms([model], ["face"], "concat")[f"{model}-concat"])
        train = config.train
        assert (train.optimiser, train.learning_rate, train.weight_decay) == ("adam", 5e-6, 1e-3)
        assert (train.batch_size, train.max_epochs, train.choose_by) == (32, 200, "score")
        assert (config.model.heads, config.decode.method) == ("softmax_emotions", "thresholds")
        assert (config.train.standardize, config.decode.match_prior) == ("global", "none")


def test_models_that_read_features_at_once_follow_the_configuration() -> None:
    base = with_changes(Config(), {"decode.match_prior": "split"})
    configs = {
        name: with_changes(base, changes)
        for name, changes in baseline_arms(["logistic", "frequent_single"], ["face"], "concat").items()
    }
    assert [(each.train.standardize, each.decode.match_prior) for each in configs.values()] == [
        ("split", "split"),
        ("global", "none"),
    ]


def test_the_gated_model_is_no_baseline() -> None:
    with pytest.raises(UsageError, match=r"one of linear, mlp256, .* got gated"):
        baseline_arms(["gated"], ["face"], "none")


def test_baselines_keep_to_their_own_recipe_whatever_is_shifted() -> None:
    for changes in baseline_arms(tuple(RECIPES), ["face"], "concat").values():
        assert (changes["adapt.shift"], changes["adapt.method"]) == ("none", "none")
