import pytest

from blemore_cli.core.config.file import with_changes
from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import ConfigError, UsageError
from blemore_cli.experiments.tuning.design import trials
from blemore_cli.experiments.tuning.space import DEFAULT_SPACE, Options, Range


def test_the_first_trial_is_the_project_and_more_begin_alike() -> None:
    project = with_changes(Config(), {})
    few, more = (trials(project, DEFAULT_SPACE, n) for n in (5, 40))
    assert few[0].settings == {}
    assert few[0].config == project
    assert more[:5] == few
    assert [trial.name for trial in few] == [f"trial-{number:03d}" for number in range(5)]
    assert all(trial.config == with_changes(project, trial.settings) for trial in more)
    assert len({repr(trial.settings) for trial in more}) == 40


def test_the_seed_decides_and_the_points_are_spread_evenly() -> None:
    space = {"train.weight_decay": Range(0.0, 0.8)}
    drawn = {}
    for seed in (0, 1):
        project = with_changes(Config(), {"train.seed": seed})
        drawn[seed] = [trial.settings["train.weight_decay"] for trial in trials(project, space, 33)[1:]]
    assert drawn[0] != drawn[1]
    for values in drawn.values():
        assert [sum(low <= 10 * value < low + 1 for value in values) for low in range(8)] == [4] * 8


def test_settings_of_a_small_space_are_tried_once() -> None:
    tried = trials(Config(), {"model.top_n": Options((3, 1, 2))}, 20)
    assert sorted(trial.config.model.top_n for trial in tried) == [1, 2, 3]
    assert [trial.number for trial in tried] == [0, 1, 2]
    assert trials(Config(), {"model.top_n": Options((3,))}, 5)[1:] == []


def test_settings_that_do_not_go_together_are_passed_over() -> None:
    space = {"model.top_n": Options((1, 2)), "model.dropout": Options((0.1, 0.2))}

    def check(config: Config) -> None:
        if (config.model.top_n, config.model.dropout) == (1, 0.2):
            raise UsageError("one and .2 do not go together", fix="Take two.")

    pairs = {tuple(trial.settings.values()) for trial in trials(Config(), space, 20, check=check)[1:]}
    assert pairs == {(1, 0.1), (2, 0.1), (2, 0.2)}
    with pytest.raises(ConfigError, match=r"none of 96 points did: one and \.2") as caught:
        trials(Config(), {"model.top_n": Options((1,)), "model.dropout": Options((0.2,))}, 3, check=check)
    assert caught.value.fix == "Take two."
    with pytest.raises(ConfigError, match=r"model\.dropout") as caught:
        trials(Config(), {"model.dropout": Options((7,))}, 2)
    assert caught.value.fix == "Correct the values of the space."
