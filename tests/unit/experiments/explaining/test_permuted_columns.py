import numpy as np

from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.experiments.explaining.permuted_columns import PlainPermutedModel
from blemore_cli.experiments.explaining.replay import replay
from blemore_cli.training.checkpoint import Checkpoint


def test_what_is_shuffled_is_the_other_clips(fold_models: list[Checkpoint], tiny_table: FeatureTable) -> None:
    rows = np.flatnonzero(tiny_table.present[:, 0])[:40]
    model = PlainPermutedModel(fold_models[0], tiny_table, rows)
    donor = np.tile(np.arange(40)[::-1, None], (1, 3))
    everything = {encoder: np.arange(width) for encoder, width in enumerate(tiny_table.widths)}
    [(all_shuffled, intact)] = model.predictions([everything], donor)
    again = replay(fold_models[0], tiny_table, rows)
    expected = again.log_prob(again.kept())
    np.testing.assert_allclose(intact, expected, atol=1e-5)
    np.testing.assert_allclose(all_shuffled, expected[::-1], atol=1e-5)  # a learned selection has no draws of the clip
