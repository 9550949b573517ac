from dataclasses import replace

import numpy as np

from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.evaluation.gate_quality.stability import stability
from blemore_cli.experiments.explaining.clip_agreement import fold_stability, seed_stability, select_for_test_clips
from blemore_cli.experiments.explaining.out_of_fold import OutOfFold
from blemore_cli.training.checkpoint import Checkpoint


def test_pairs_differ_in_the_fold_or_in_the_seed(
    fold_models: list[Checkpoint], out_of_fold_grid: OutOfFold, tiny_table: FeatureTable
) -> None:
    test = select_for_test_clips(fold_models, tiny_table)
    assert test.kept.shape == (10, 20, 3)
    folds, seeds = fold_stability(test), seed_stability(out_of_fold_grid, test)
    assert folds is not None
    assert seeds is not None
    assert (folds.n_pairs, seeds.n_pairs) == (2 * 10, 5 + 1)
    by_hand = [stability(test.kept[own], test.ranking[own], test.available) for own in (slice(0, 5), slice(5, 10))]
    assert np.isclose(folds.overlap, np.mean([each.overlap for each in by_hand if each]))


def test_models_of_the_test_clips_come_first(fold_models: list[Checkpoint], tiny_table: FeatureTable) -> None:
    only, other = fold_models[3], fold_models[4]
    adapted = replace(other, fold=only.fold, seed=only.seed, target="test")
    (kept,) = select_for_test_clips([only, adapted], tiny_table).kept
    np.testing.assert_array_equal(kept, select_for_test_clips([adapted], tiny_table).kept[0])


def test_one_seed_and_no_test_clip_have_no_stability(fold_models: list[Checkpoint], tiny_table: FeatureTable) -> None:
    rows = np.flatnonzero(~tiny_table.clips.is_test)
    labelled = replace(
        tiny_table,
        features=tuple(matrix[rows] for matrix in tiny_table.features),
        present=tiny_table.present[rows],
        clips=tiny_table.clips.take(rows),
    )
    assert fold_stability(select_for_test_clips(fold_models[:5], labelled)) is None
