import numpy as np

from blemore_cli.core.types import Clips
from blemore_cli.evaluation.domain_shift.encoder_gaps import target_coverage

FOLD = np.array([0, 0, 1, 2, -1, -1])
CLIPS = Clips(np.array(list("abcdst")), np.array(["A", "A", "B", "C", "", ""]), FOLD == -1, FOLD, FOLD)


def test_both_sides_of_every_target_are_looked_at() -> None:
    everywhere, only_0, test_alone, train_alone = np.full(6, True), FOLD == 0, FOLD == -1, FOLD >= 0
    covered = target_coverage(CLIPS, np.stack([everywhere, only_0, test_alone, train_alone], axis=1))
    assert list(covered) == ["test", "0", "1", "2"]
    assert covered["test"].trained.tolist() == [True, True, False, True]
    assert covered["test"].always_trained.tolist() == [True, False, False, True]
    assert covered["test"].predicted.tolist() == [True, False, True, False]
    assert covered["0"].trained.tolist() == covered["0"].always_trained.tolist() == [True, False, False, True]
    assert covered["0"].is_usable.tolist() == [True, False, False, True]
    assert covered["1"].is_usable.tolist() == [True, False, False, True]
    assert [each.rows.tolist() for each in covered.values()] == [[4, 5], [0, 1], [2], [3]]


def test_without_test_clips_the_folds_are_all_targets() -> None:
    rows = FOLD >= 0
    assert list(target_coverage(CLIPS.take(rows), np.full((4, 1), True))) == ["0", "1", "2"]
