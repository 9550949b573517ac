from dataclasses import replace
from pathlib import Path
from typing import Any

from blemore_cli.core.config.file import with_changes
from blemore_cli.core.config.schema import Config
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.experiments.execution.arm_shift_weights import ArmShiftWeights
from blemore_cli.experiments.execution.plan import (
    Arm,
    fold_paths,
    fold_units,
    inner_units,
    needed,
    with_trained_models,
)
from blemore_cli.experiments.runs.folder import RunFolder

FOLDS = (0, 1, 2, 3, 4)


def arm(folder: Path, seeds: tuple[int, ...] = (0,), folds: tuple[int, ...] = FOLDS, **changes: Any) -> Arm:
    config = with_changes(Config(), {key.replace("__", "."): value for key, value in changes.items()})
    return Arm("one", config, RunFolder(folder / "one"), seeds, folds)


def names(paths: list[Path]) -> list[str]:
    return [path.name for path in paths]


def test_an_inner_training_serves_both_folds_that_it_leaves_out(tiny_table: FeatureTable, tmp_path: Path) -> None:
    units = inner_units(arm(tmp_path, seeds=(0, 7)), tiny_table.clips)
    pairs = [f"{a}+{b}" for a in FOLDS for b in FOLDS if a < b]
    expected = sorted(f"seed{seed}-{pair}.safetensors" for pair in pairs for seed in (0, 7))
    assert sorted(names([each.path for each in units])) == expected
    for each in units:
        left_out = set(map(int, each.task.left_out.split("+")))
        assert set(tiny_table.clips.fold[each.task.train]) == set(FOLDS) - left_out
        assert set(tiny_table.clips.fold[each.task.target]) == left_out
        assert each.task.n_epochs == 20


def test_the_official_protocol_watches_the_scored_fold(tiny_table: FeatureTable, tmp_path: Path) -> None:
    units = inner_units(arm(tmp_path, train__protocol="official"), tiny_table.clips)
    assert [each.task.left_out for each in units] == list("01234")
    for each in units:
        assert set(tiny_table.clips.fold[each.task.target]) == {int(each.task.left_out)}
        assert set(tiny_table.clips.fold[each.task.train]) == set(FOLDS) - {int(each.task.left_out)}


def test_inner_trainings_are_needed_until_both_folds_are_done(tiny_table: FeatureTable, tmp_path: Path) -> None:
    one = arm(tmp_path)
    assert len(needed(one, tiny_table.clips)) == 10
    for fold in (0, 1):
        (one.run.checkpoints / f"seed0-fold{fold}").mkdir(parents=True)
    left = needed(one, tiny_table.clips)
    assert len(left) == 9
    assert "seed0-0+1.safetensors" not in left
    for fold in (2, 3, 4):
        (one.run.checkpoints / f"seed0-fold{fold}").mkdir()
    assert needed(one, tiny_table.clips) == set()


def test_an_adapted_model_is_trained_for_each_target(tiny_table: FeatureTable, tmp_path: Path) -> None:
    adapted = arm(tmp_path, folds=(2,), adapt__method="coral")
    assert names(fold_paths(adapted)) == ["seed0-fold2", "seed0-fold2-test"]
    assert names(fold_paths(replace(adapted, predicts_test=False))) == ["seed0-fold2"]
    assert names(fold_paths(arm(tmp_path, folds=(2,)))) == ["seed0-fold2"]
    (adapted.run.checkpoints / "seed0-fold2").mkdir(parents=True)
    assert len(needed(adapted, tiny_table.clips)) == 4


def test_a_closed_form_is_fitted_once_for_all_seeds(tiny_table: FeatureTable, tmp_path: Path) -> None:
    logistic = arm(tmp_path, seeds=(3, 4, 5), model__family="logistic", model__heads="softmax_labels")
    assert inner_units(logistic, tiny_table.clips) == []
    assert names(fold_paths(logistic)) == [f"seed3-fold{fold}" for fold in FOLDS]


def test_what_a_run_has_is_counted_in(tmp_path: Path) -> None:
    one = arm(tmp_path, seeds=(1,), folds=(2,))
    assert with_trained_models(one) == one
    for name in ("seed1-fold4", "seed10-fold0-test", ".seed5-fold1", "notes"):
        (one.run.checkpoints / name).mkdir(parents=True)
    assert with_trained_models(one) == replace(one, seeds=(1, 10), folds=(0, 2, 4))


def weighed(one: Arm, **weights: tuple[float, ...]) -> Arm:
    """The same arm with these shift weights: `test`, and `f0` for fold 0."""
    by_target = {key.removeprefix("f"): values for key, values in weights.items()}
    return replace(one, shift_weights=ArmShiftWeights("drop", weights=by_target))


def test_models_are_trained_for_each_target_where_the_encoders_differ(tiny_table: FeatureTable, tmp_path: Path) -> None:
    one = weighed(arm(tmp_path, folds=(2, 3)), test=(1.0, 0.0, 1.0), f3=(1.0, 0.0, 1.0))
    assert names(fold_paths(one)) == ["seed0-fold2", "seed0-fold2-test", "seed0-fold3"]
    assert names(fold_paths(replace(one, predicts_test=False))) == ["seed0-fold2", "seed0-fold3"]
    logistic = replace(
        one, config=with_changes(one.config, {"model.family": "logistic", "model.heads": "softmax_labels"})
    )
    assert names(fold_paths(logistic)) == names(fold_paths(one))
    shift_weights = {each.path.name: each.task.shift_weights for each in fold_units([logistic], tiny_table.clips)}
    assert shift_weights == {
        "seed0-fold2": (),
        "seed0-fold2-test": (1.0, 0.0, 1.0),
        "seed0-fold3": (1.0, 0.0, 1.0),
    }


def test_inner_trainings_are_shared_where_the_trust_is_the_same(tiny_table: FeatureTable, tmp_path: Path) -> None:
    plain = arm(tmp_path, folds=(0, 1))
    one = weighed(plain, test=(1.0, 0.0, 1.0), f1=(0.5, 1.0, 1.0))
    units = inner_units(one, tiny_table.clips)
    by_name = {each.path.name: each.task for each in units}
    assert len(by_name) == len(units) == 4 + 4 + 7  # fold 0 as ever, fold 1 by its own, both for the test clips
    assert {task.shift_weights for task in by_name.values()} == {(), (0.5, 1.0, 1.0), (1.0, 0.0, 1.0)}
    for name, task in by_name.items():
        assert name.startswith(f"seed0-{task.left_out}")
        assert ("trust" in name) is bool(task.shift_weights)
    assert {name for name in by_name if "trust" not in name} < set(
        names([each.path for each in inner_units(plain, tiny_table.clips)])
    )


def test_inner_trainings_of_a_model_that_is_there_are_not_needed(tiny_table: FeatureTable, tmp_path: Path) -> None:
    one = weighed(arm(tmp_path, folds=(0,)), test=(1.0, 0.0, 1.0))
    assert len(needed(one, tiny_table.clips)) == 8
    (one.run.checkpoints / "seed0-fold0").mkdir(parents=True)
    left = needed(one, tiny_table.clips)
    assert len(left) == 4
    assert all("trust" in name for name in left)
