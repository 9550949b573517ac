import numpy as np

from blemore_cli.data.feature_table import FeatureTable
from blemore_cli.evaluation.log_loss import held_out_losses
from blemore_cli.experiments.inference import held_out_predictions
from blemore_cli.experiments.out_of_fold import OutOfFold, out_of_fold
from blemore_cli.training.checkpoint import Checkpoint


def test_every_seed_and_clip_has_the_model_that_left_it_out(
    models: list[Checkpoint], found: OutOfFold, tiny_table: FeatureTable
) -> None:
    said, weights = held_out_predictions(models, tiny_table)
    kept = found.ask(lambda each, _: each.kept())
    redone = found.predicted(kept)
    assert (kept.shape, found.seeds) == ((2, 300, 3), (0, 3))
    row = {name: i for i, name in enumerate(found.clips.filename)}
    for i in range(len(said)):
        at = found.seeds.index(int(said.seed[i])), row[said.filename[i]]
        assert redone.label[at] == said.label[i]
        np.testing.assert_array_equal(kept[at], weights[i] > 0)
        expected = held_out_losses(found.clips.label[at[1] : at[1] + 1], said.prob[i : i + 1])[0]
        np.testing.assert_allclose(redone.loss[at], expected, rtol=1e-5)


def test_clips_of_folds_without_a_model_are_left_out(models: list[Checkpoint], tiny_table: FeatureTable) -> None:
    some = out_of_fold([model for model in models if model.fold in (1, 4)], tiny_table)
    assert set(some.clips.fold.tolist()) == {1, 4}
    assert not some.clips.is_test.any()
    np.testing.assert_array_equal(some.best(1).sum(-1), 1)
