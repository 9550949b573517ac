import numpy as np

from blemore_cli.core.types import Predictions, concatenated
from blemore_cli.data.index.feature_table import FeatureTable


def test_take_keeps_columns_together(tiny_table: FeatureTable) -> None:
    some = tiny_table.clips.take(np.array([5, 2]))
    assert some.filename.tolist() == ["clip_005", "clip_002"]
    assert some.label.tolist() == tiny_table.clips.label[[5, 2]].tolist()


def test_concatenated_stacks_rows() -> None:
    one = Predictions(np.array(["a"]), np.array([0]), np.array([1]), np.ones((1, 36)) / 36, np.array([3]))
    both = concatenated([one, one])
    assert both.filename.tolist() == ["a", "a"]
    assert both.prob.shape == (2, 36)
