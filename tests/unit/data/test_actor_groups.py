import numpy as np

from blemore_cli.data.actor_groups import balanced_groups


def test_larger_actors_are_placed_first() -> None:
    actor = np.repeat(["a", "b", "c", "d"], [3, 9, 4, 2])
    groups = balanced_groups(actor, 2)
    assert np.bincount(groups).tolist() == [9, 9]
    assert set(groups[actor == "b"]) == {0}
