import pytest
from tests.fixtures.units import inner_unit

from blemore_cli.core.config.file import with_changes
from blemore_cli.core.config.schema import Config
from blemore_cli.experiments.execution.stack_plan import stack_key, stacks
from blemore_cli.experiments.execution.unit import InnerUnit


def unit(config: Config, n_rows: int = 60, seed: int = 0, left_out: str = "0", target: str = "held_out") -> InnerUnit:
    place = f"seed{seed}-{left_out}"
    return inner_unit(place, config=config, n_rows=n_rows, seed=seed, left_out=left_out, target_name=target)


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 32])
@pytest.mark.parametrize("n_arms", [1, 3, 5])
@pytest.mark.parametrize("slots", [1, 2, 5])
def test_stacks_hold_every_unit_once(limit: int, n_arms: int, slots: int) -> None:
    latents = with_changes(Config(), {"model.fusion": "weighted"})
    arms = [with_changes(latents, {"model.top_n": 1 + arm}) for arm in range(n_arms)]
    units = [unit(arm, seed=seed, left_out=str(part)) for arm in arms for seed in range(2) for part in range(5)]
    groups = stacks(units, limit=limit, slots=slots)
    assert sorted(id(each) for group in groups for each in group) == sorted(map(id, units))
    assert max(map(len, groups)) <= limit
    assert len(groups) >= min(slots, 10)
    places: dict[tuple[str, int], set[int]] = {}
    for number, group in enumerate(groups):
        for each in group:
            places.setdefault((each.task.left_out, each.task.seed), set()).add(number)
    n_groups_of_a_training = {len(numbers) for numbers in places.values()}
    assert n_groups_of_a_training == {-(-n_arms // limit)}  # arms that are the same are trained in one group


@pytest.mark.parametrize(("slots", "sizes"), [(1, [10, 5]), (2, [8, 5, 2]), (3, [5, 5, 5]), (4, [4, 4, 4, 2, 1])])
def test_slots_finish_at_nearly_the_same_time(slots: int, sizes: list[int]) -> None:
    """Ten trainings of one number of batches and five of another, which cannot be in one stack."""
    many = [unit(Config(), n_rows=60, seed=seed) for seed in range(10)]
    few = [unit(Config(), n_rows=500, seed=seed) for seed in range(5)]
    groups = stacks([*few, *many], limit=32, slots=slots)
    assert list(map(len, groups)) == sizes
    assert {each for group in groups for each in map(id, group)} == {*map(id, few), *map(id, many)}


@pytest.mark.parametrize("limit", [1, 2, 32])
def test_arms_of_evidence_are_one_training_and_divided_as_one_of_them_alone(limit: int) -> None:
    arms = [with_changes(Config(), {"model.selection": name}) for name in ("learned", "random", "full")]
    units = [unit(arm, left_out=str(part)) for arm in arms for part in range(5)]
    together, alone = stacks(units, limit=limit, slots=2), stacks(units[:5], limit=limit, slots=2)
    parts = [[{each.task.left_out for each in group} for group in groups] for groups in (together, alone)]
    assert parts[0] == parts[1]
    assert sum(map(len, together)) == len(units)


def test_only_what_can_be_stacked_is_together() -> None:
    wide = with_changes(Config(), {"model.d_latent": 64})
    others = [unit(wide), unit(Config(), n_rows=500), unit(Config(), target="test")]
    units = [unit(Config()), *others, unit(Config(), seed=1)]
    number = {id(each): i for i, each in enumerate(units)}
    groups = {frozenset(number[id(each)] for each in group) for group in stacks(units, limit=32, slots=1)}
    assert groups == {frozenset({0, 4}), frozenset({1}), frozenset({2}), frozenset({3})}


@pytest.mark.parametrize(
    ("key", "value", "same"),
    [
        ("model.selection", "random", True),
        ("model.top_n", 1, True),
        ("train.seed", 5, True),
        ("train.jobs", 5, True),
        ("decode.method", "thresholds", True),
        ("model.d_latent", 64, False),
        ("model.heads", "softmax_labels", False),
        ("model.fusion", "rank", False),
        ("model.encoders", ["face"], False),
        ("train.learning_rate", 0.1, False),
        ("train.max_epochs", 3, False),
        ("adapt.method", "coral", False),
        ("adapt.shift", "none", True),
    ],
)
def test_what_stacked_models_may_differ_in(key: str, value: object, same: bool) -> None:
    assert (stack_key(with_changes(Config(), {key: value})) == stack_key(with_changes(Config(), {}))) is same


@pytest.mark.parametrize(
    ("key", "value", "same"),
    [
        ("model.selection", "random", True),
        ("train.seed", 5, True),
        ("model.top_n", 1, False),
        ("model.selection", "full", False),
    ],
)
def test_concatenating_models_of_one_stack_keep_equally_many(key: str, value: object, same: bool) -> None:
    concat = with_changes(Config(), {"model.fusion": "concat"})
    assert (stack_key(with_changes(concat, {key: value})) == stack_key(concat)) is same


def test_models_that_keep_all_are_stacked_whatever_their_number() -> None:
    concat = with_changes(Config(), {"model.fusion": "concat", "model.selection": "full"})
    other = with_changes(concat, {"model.selection": "mean", "model.top_n": 1})
    assert stack_key(other) == stack_key(concat)
