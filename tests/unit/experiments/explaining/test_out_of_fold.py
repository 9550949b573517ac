import numpy as np

from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.evaluation.scoring.log_loss import held_out_losses
from blemore_cli.experiments.explaining.out_of_fold import OutOfFold, out_of_fold
from blemore_cli.experiments.inference.fold_models import predict_held_out
from blemore_cli.training.checkpoint import Checkpoint


def test_every_seed_and_clip_has_the_model_that_left_it_out(
    fold_models: list[Checkpoint], out_of_fold_grid: OutOfFold, tiny_table: FeatureTable
) -> None:
    said, weights, _ = predict_held_out(fold_models, tiny_table)
    kept = out_of_fold_grid.on_grid(lambda model, _: model.kept())
    redone = out_of_fold_grid.predicted(kept)
    assert (kept.shape, out_of_fold_grid.seeds) == ((2, 300, 3), (0, 3))
    row = {name: i for i, name in enumerate(out_of_fold_grid.clips.filename)}
    for i in range(len(said)):
        at = out_of_fold_grid.seeds.index(int(said.seed[i])), row[said.filename[i]]
        assert redone.label[at] == said.label[i]
        np.testing.assert_array_equal(kept[at], weights[i] > 0)
        expected = held_out_losses(out_of_fold_grid.clips.label[at[1] : at[1] + 1], said.prob[i : i + 1])[0]
        np.testing.assert_allclose(redone.loss[at], expected, rtol=1e-5)


def test_clips_of_folds_without_a_model_are_left_out(fold_models: list[Checkpoint], tiny_table: FeatureTable) -> None:
    some = out_of_fold([model for model in fold_models if model.fold in (1, 4)], tiny_table)
    assert set(some.clips.fold.tolist()) == {1, 4}
    assert not some.clips.is_test.any()
    np.testing.assert_array_equal(some.best(1).sum(-1), 1)
