from typing import get_args

import pytest

from blemore_cli.core.choices import Selection
from blemore_cli.core.config.file import with_changes
from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import ConfigError, UsageError
from blemore_cli.experiments.execution.arms import (
    ComparedSettings,
    configs_of,
    differences,
    is_negative_control,
    parse_arm,
    parse_arms,
)


def test_nothing_named_asks_for_the_selections_of_every_fusion_and_all_for_those_of_one() -> None:
    plain = ["learned", "random", "fixed", "full", "mean"]
    for fusion in ("weighted", "evidence"):
        for settings in (ComparedSettings(), ComparedSettings(top_n=[3])):
            assert list(differences(settings, fusion=fusion)) == plain
    assert list(differences(ComparedSettings(["all"]), fusion="weighted")) == plain
    assert list(differences(ComparedSettings(["all"]))) == list(get_args(Selection))


def test_all_selections_go_with_other_arms() -> None:
    arms = differences(ComparedSettings(["random", "all"], heads=["mixture"]), fusion="weighted")
    assert list(arms) == ["learned", "random", "fixed", "full", "mean", "learned+mixture"]


@pytest.mark.parametrize(
    ("question", "arms"),
    [
        (ComparedSettings(selections=["random"]), ["learned", "random"]),
        (ComparedSettings(selections=["learned", "random", "random"]), ["learned", "random"]),
        (ComparedSettings(top_n=[1, 3]), ["learned", "learned-top3"]),
        (ComparedSettings(top_n=[3, 3, 1, 1]), ["learned", "learned-top1"]),
        (
            ComparedSettings(selections=["full", "fixed"], top_n=[1, 2]),
            ["learned", "full", "fixed", "learned-top2", "fixed-top2"],
        ),
        (
            ComparedSettings(heads=["softmax_emotions", "softmax_labels"]),
            ["learned", "learned+softmax_emotions", "learned+softmax_labels"],
        ),
        (ComparedSettings(adapt=["coral", "dann"]), ["learned", "learned+coral", "learned+dann"]),
        (ComparedSettings(further={"wide": {"model.d_latent": 64}}), ["learned", "wide"]),
        (ComparedSettings(["full"], controls=["all"]), ["learned", "full", "pool", "transformer", "seed"]),
        (ComparedSettings(controls=["transformer", "transformer"]), ["learned", "transformer"]),
    ],
)
def test_arms_are_those_asked_for_after_the_reference(question: ComparedSettings, arms: list[str]) -> None:
    assert list(differences(question)) == arms


def test_controls_fuse_all_encoders_without_a_gate() -> None:
    configs = configs_of(Config(), differences(ComparedSettings(controls=["pool", "transformer"])))
    assert {name: (config.model.fusion, config.model.selection) for name, config in configs.items()} == {
        "learned": (Config().model.fusion, "learned"),
        "pool": ("pool", "full"),
        "transformer": ("transformer", "mean"),
    }


def test_the_negative_control_is_the_reference_with_seeds_that_it_has_not() -> None:
    base = with_changes(Config(), {"train.seed": 7})
    arms = differences(ComparedSettings(controls=["seed"]), seed=7)
    assert [name for name, difference in arms.items() if is_negative_control(difference)] == ["seed"]
    configs = configs_of(base, arms)
    assert configs["seed"].train.seed - configs["learned"].train.seed >= 1000  # the most seeds that a run has
    assert with_changes(configs["seed"], {"train.seed": 7}) == configs["learned"]


def test_each_arm_changes_one_thing() -> None:
    arms = differences(
        ComparedSettings(
            ["random"], [3, 1], ["softmax_emotions", "softmax_labels"], ["coral"], {"deep": {"model.d_gate": 4}}
        )
    )
    assert arms == {
        "learned": {},
        "random": {"model.selection": "random"},
        "learned-top1": {"model.top_n": 1},
        "random-top1": {"model.selection": "random", "model.top_n": 1},
        "learned+softmax_emotions": {"model.heads": "softmax_emotions", "decode.method": "thresholds"},
        "learned+softmax_labels": {"model.heads": "softmax_labels"},
        "learned+coral": {"adapt.method": "coral"},
        "deep": {"model.d_gate": 4},
    }


def test_a_name_is_given_once() -> None:
    with pytest.raises(UsageError, match="random is there already"):
        differences(ComparedSettings(["random"], further={"random": {"model.top_n": 1}}))
    with pytest.raises(UsageError, match="two called wide"):
        parse_arms(["wide model.d_latent=64", "wide model.d_latent=32"])
    assert parse_arms(["a model.top_n=1", "b model.top_n=1"]) == {"a": {"model.top_n": 1}, "b": {"model.top_n": 1}}


def test_values_of_an_arm_are_those_of_a_project_file() -> None:
    text = " wide  model.encoders=face,voice train.learning_rate=1e-3 train.weight_averaging=false "
    name, difference = parse_arm(text)
    assert name == "wide"
    changed = configs_of(Config(), {name: difference})[name]
    assert changed.model.encoders == ["face", "voice"]
    assert (changed.train.learning_rate, changed.train.weight_averaging) == (0.001, False)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "--arm must be NAME key=value ..., got ''"),
        ("wide", "got 'wide'"),
        ("a/b model.top_n=1", "'a/b'"),
        ("../up model.top_n=1", "'../up'"),
        (".hidden model.top_n=1", "letters"),
        ("model.top_n=1 model.d_latent=2", "letters"),
        ("learned model.top_n=1", "is not 'learned'"),
        ("wide model.top_n", "--arm wide must be section.key=value"),
        ("wide data.index=other.h5", "data.index in --arm wide"),
        ("wide runs=elsewhere", "runs in --arm"),
        ("wide model.top_n=1 train.seed=4 train.jobs=2", "train.seed, train.jobs in --arm"),
    ],
)
def test_an_arm_that_cannot_be_is_a_usage_error(text: str, problem: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_arm(text)
    assert problem in caught.value.message
    assert caught.value.fix


def test_an_unknown_key_is_the_error_that_set_gives() -> None:
    problem = r"--arm wide model\.dlatent=64: unknown key model\.dlatent; did you mean d_latent"
    with pytest.raises(ConfigError, match=problem):
        parse_arm("wide model.dlatent=64")


def test_a_value_out_of_range_names_the_arm() -> None:
    with pytest.raises(UsageError, match=r"arm wide: model\.top_n must be"):
        configs_of(Config(), {"learned": {}, "wide": {"model.top_n": 0}})


def test_configurations_differ_in_the_difference_alone() -> None:
    configs = configs_of(Config(), {"learned": {}, "random": {"model.selection": "random"}})
    model = configs["learned"].model.model_copy(update={"selection": "random"})
    assert configs["random"] == configs["learned"].model_copy(update={"model": model})
