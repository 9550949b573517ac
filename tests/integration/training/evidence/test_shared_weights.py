"""Arms of fusion of evidence: one training gives all of them their weights, whichever of them are trained."""

from dataclasses import replace

import torch

from blemore_cli.core.config.file import with_changes
from blemore_cli.core.config.schema import Config
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.data.splits import fold_splits
from blemore_cli.training.choice import cross_fitted_evidence
from blemore_cli.training.group import Trained, train, train_and_predict
from blemore_cli.training.inner import inner_parts
from blemore_cli.training.spec import TrainingSpec


def fold_models(table: FeatureTable, config: Config, *selections: str, seed: int = 0) -> list[TrainingSpec]:
    """The trainings of fold 0 that select otherwise, with the evidence of their inner trainings."""
    split = fold_splits(table.clips)[0]
    parts = inner_parts(table.clips, split, "nested")
    spec = TrainingSpec(
        config=with_changes(config, {"model.fusion": "evidence", "model.top_n": 1}),
        seed=seed,
        left_out="0",
        train=split.train,
        target=split.held_out,
        target_name="held_out",
        n_epochs=2,
    )
    inner = train_and_predict(
        table, [replace(spec, left_out=part.name, train=part.train, target=part.predicted) for part in parts]
    )
    evidence = cross_fitted_evidence(parts, inner)  # type: ignore[arg-type]
    return [
        replace(spec, config=with_changes(spec.config, {"model.selection": selection}), evidence=evidence)
        for selection in selections
    ]


def state(result: object) -> dict[str, torch.Tensor]:
    assert isinstance(result, Trained)
    return result.network.state_dict()


def same(a: dict[str, torch.Tensor], b: dict[str, torch.Tensor]) -> set[str]:
    """Names of the tensors that are the same to the bit."""
    return {name for name in a if torch.equal(a[name], b[name])}


def test_arms_have_the_same_weights_gate_and_quality_and_each_its_own_selection(
    tiny_table: FeatureTable, quick_config: Config
) -> None:
    specs = fold_models(tiny_table, quick_config, "learned", "random", "full")
    learned, random, full = map(state, train(tiny_table, specs))
    different = {name for name in learned if name not in same(learned, random) & same(learned, full)}
    assert "select.ranked_by" in different
    assert {name for name in different if not name.startswith("select.")} <= {"pool.log_gamma"}
    for spec, together in zip(specs, (learned, random, full), strict=True):
        assert same(state(*train(tiny_table, [spec])), together) == set(together)


def test_what_is_on_disk_already_does_not_change_what_others_learn(
    tiny_table: FeatureTable, quick_config: Config
) -> None:
    learned, random = fold_models(tiny_table, quick_config, "learned", "random")
    (other,) = fold_models(tiny_table, quick_config, "learned", seed=1)
    undisturbed = train(tiny_table, [learned, random, other])
    resumed = train(tiny_table, [replace(learned, evidence=None), random, other])
    for before, after in zip(undisturbed[1:], resumed[1:], strict=True):
        assert same(state(before), state(after)) == set(state(before))


def test_a_training_whose_models_are_all_on_disk_is_trained_again(
    tiny_table: FeatureTable, quick_config: Config
) -> None:
    (learned,) = fold_models(tiny_table, quick_config, "learned")
    assert not state(*train(tiny_table, [replace(learned, evidence=None)]))["pool.is_fitted"]
