"""Train-against-test shift: present where planted, absent where not, independent of the actors' names."""

import numpy as np
import pandas as pd
import pytest
from tests.real_data import HICMAE

from blemore_cli.core.types import Bools, Floats, Strings
from blemore_cli.evaluation.domain_shift import shift
from blemore_cli.evaluation.domain_shift.shift import Shift, fold_shifts, shift_auc

NOTHING = Shift(None, None, None)


def clips(n_actors: int, per_actor: int, n_test_actors: int) -> tuple[Bools, Strings, np.ndarray]:
    person = np.repeat(np.arange(n_actors), per_actor)
    is_test = person >= n_actors - n_test_actors
    return is_test, np.where(is_test, "", np.char.add("A", person.astype(str))), person


def features(person: np.ndarray, width: int, identity: float) -> Floats:
    rng = np.random.default_rng(0)
    actor_means = identity * rng.normal(size=(person.max() + 1, width))
    values: Floats = actor_means[person] + rng.normal(size=(len(person), width))
    return values.astype(np.float32)


def test_a_planted_shift_lies_above_the_null() -> None:
    is_test, actor, person = clips(30, 20, 6)
    shifted = features(person, 8, identity=0.2)
    shifted[is_test, 0] += 3
    found = shift_auc(shifted, is_test, actor, seed=0, n_null=6)
    assert found.auc is not None
    assert found.null_high is not None
    assert found.auc > 0.95
    assert found.auc > found.null_high


@pytest.mark.parametrize("identity", [0.0, 1.0])
def test_other_actors_alone_lie_within_the_null(identity: float) -> None:
    is_test, actor, person = clips(40, 10, 8)
    found = shift_auc(features(person, 8, identity), is_test, actor, seed=0, n_null=12)
    assert found.auc is not None
    assert found.null_low is not None
    assert found.null_high is not None
    assert found.null_low - 0.05 <= found.auc <= found.null_high + 0.05
    assert found.null_low < found.null_high


def test_no_training_actor_is_on_both_sides() -> None:
    """Every test clip is of another person: whoever has seen the training actors tells them apart, and only they."""
    is_test, actor, person = clips(25, 12, 10)
    person = np.where(is_test, 25 + np.arange(len(person)), person)
    found = shift_auc(features(person, 30, identity=3.0), is_test, actor, seed=0, n_null=1)
    assert found.auc is not None
    assert found.auc < 0.75


def test_wide_features_are_reduced_and_still_show_the_shift() -> None:
    is_test, actor, person = clips(15, 10, 4)
    shifted = features(person, 300, identity=0.0)
    shifted[is_test] += 1
    found = shift_auc(shifted, is_test, actor, seed=0, n_null=2)
    assert found.auc is not None
    assert found.auc > 0.9


def test_the_seed_decides_everything_and_names_nothing() -> None:
    is_test, actor, person = clips(15, 10, 4)
    values = features(person, 8, identity=1.0)
    found = shift_auc(values, is_test, actor, seed=3, n_null=3)
    assert found == shift_auc(values, is_test, actor, seed=3, n_null=3)
    assert found == shift_auc(values, is_test, np.where(is_test, "somebody", actor), seed=3, n_null=3)
    assert found != shift_auc(values, is_test, actor, seed=4, n_null=3)


def test_constant_columns_are_left_out() -> None:
    is_test, actor, person = clips(15, 10, 4)
    values = features(person, 4, identity=1.0)
    padded = np.hstack([values, np.ones((len(values), 2), dtype=np.float32)])
    assert shift_auc(padded, is_test, actor, seed=0, n_null=2) == shift_auc(values, is_test, actor, seed=0, n_null=2)
    assert shift_auc(np.ones((len(person), 2)), is_test, actor, seed=0, n_null=2) == Shift(0.5, 0.5, 0.5)


@pytest.mark.parametrize(("n_actors", "n_test_actors"), [(4, 1), (10, 0), (10, 10), (0, 0)])
def test_too_little_to_compare_gives_nothing(n_actors: int, n_test_actors: int) -> None:
    is_test, actor, person = clips(n_actors, 3, n_test_actors)
    assert shift_auc(np.zeros((len(person), 3)), is_test, actor, seed=0) == NOTHING


def test_too_few_training_actors_for_a_null_give_the_auc_alone() -> None:
    is_test, actor, person = clips(7, 6, 2)
    found = shift_auc(features(person, 3, identity=0.0), is_test, actor, seed=0)
    assert found.auc is not None
    assert (found.null_low, found.null_high) == (None, None)


def folds_of(person: np.ndarray) -> np.ndarray:
    return (person % 5).astype(np.int64)


def test_a_fold_that_collapses_is_exposed_and_the_others_are_not() -> None:
    _, _, person = clips(20, 10, 0)
    actor, fold = np.char.add("A", person.astype(str)), folds_of(person)
    values = features(person, 8, identity=0.2)
    values[fold == 3] = 0.1 * values[fold == 3] + 3
    found = fold_shifts(values, fold, actor, seed=0, n_null=6)
    assert list(found) == [0, 1, 2, 3, 4]
    assert found[3].auc is not None
    assert found[3].null_high is not None
    assert found[3].auc > max(0.99, found[3].null_high)
    for k in (0, 1, 2, 4):
        assert (found[k].auc or 1) < 0.85


def test_actors_of_the_fold_that_plays_the_test_split_are_not_looked_at() -> None:
    _, _, person = clips(20, 10, 0)
    actor, fold = np.char.add("A", person.astype(str)), folds_of(person)
    values, null = features(person, 8, identity=1.0), Shift(0.5, 0.4, 0.6)
    found = fold_shifts(values, fold, actor, seed=0, null=null)
    renamed = np.where(fold == 2, "somebody", actor)
    assert fold_shifts(values, fold, renamed, seed=0, null=null)[2] == found[2]


def test_a_known_null_range_is_taken_and_an_unknown_one_estimated() -> None:
    _, _, person = clips(20, 10, 0)
    actor, fold = np.char.add("A", person.astype(str)), folds_of(person)
    values = features(person, 8, identity=1.0)
    given = fold_shifts(values, fold, actor, seed=0, null=Shift(0.5, 0.4, 0.6))
    assert {(shift.null_low, shift.null_high) for shift in given.values()} == {(0.4, 0.6)}
    estimated = fold_shifts(values, fold, actor, seed=0, null=NOTHING, n_null=3)
    assert estimated == fold_shifts(values, fold, actor, seed=0, n_null=3)
    assert [shift.auc for shift in estimated.values()] == [shift.auc for shift in given.values()]
    assert len({(shift.null_low, shift.null_high) for shift in estimated.values()}) == 1


def test_folds_of_too_few_clips_have_no_figure() -> None:
    _, _, person = clips(10, 2, 0)
    found = fold_shifts(
        features(person, 3, identity=0.0), folds_of(person), np.char.add("A", person.astype(str)), seed=0
    )
    assert set(found.values()) == {NOTHING}


def test_without_any_clip_there_is_no_fold_and_no_figure() -> None:
    none, nobody = np.empty((0, 3)), np.empty(0, dtype=str)
    assert fold_shifts(none, np.empty(0, dtype=np.int64), nobody, seed=0) == {}
    assert shift_auc(none, np.empty(0, dtype=bool), nobody, seed=0) == NOTHING
    one = fold_shifts(np.ones((1, 80)), np.array([2]), np.array(["A1"]), seed=0)
    assert one == {2: NOTHING}


@pytest.mark.real
@pytest.mark.parametrize(("encoder", "shifted"), [("kl100_best", True), ("kl100", False)])
def test_exposes_the_encoders_that_collapse(encoder: str, shifted: bool) -> None:
    train = pd.read_csv(HICMAE / "train_metadata.csv")
    actors = dict(zip(train["filename"], train["video_id"], strict=True))
    with np.load(HICMAE / f"features/hicmae_{encoder}_static_features.npz") as archive:
        values, names = archive["X"], archive["filenames"]
    actor = np.array([actors.get(name, "") for name in names])
    found = shift_auc(values, actor == "", actor, seed=0, n_null=6)
    assert found.auc is not None
    assert found.null_high is not None
    assert (found.auc > 0.95) is shifted
    assert (found.auc > found.null_high) is shifted


def test_components_of_wide_features_are_the_exact_ones() -> None:
    rng = np.random.default_rng(5)
    factors = rng.normal(size=(200, 70)) * np.linspace(9, 2, 70)
    wide = factors @ rng.normal(size=(70, 260)) + rng.normal(size=(200, 260))
    wide[:, 7] = 3.0  # does not vary
    fast = shift._reduced(wide, 0)
    varying = np.delete(wide, 7, axis=1)
    exact = np.linalg.svd((varying - varying.mean(0)) / varying.std(0), full_matrices=False)
    scores = exact.U[:, :64] * exact.S[:64]
    cosines = np.linalg.svd(np.linalg.qr(fast)[0].T @ np.linalg.qr(scores)[0], compute_uv=False)
    assert np.median(cosines) > 0.999
    np.testing.assert_allclose(np.linalg.norm(fast, axis=0)[:60], exact.S[:60], rtol=5e-3)
