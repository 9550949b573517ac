from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from blemore_cli.core.config.file import with_changes
from blemore_cli.core.config.schema import Config
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.data.splits import inner_splits
from blemore_cli.model.network import BlemoreNetwork
from blemore_cli.training.encoder_merit import UNJUDGED, encoder_merit
from blemore_cli.training.predict import clip_draws
from blemore_cli.training.preparation import Preparation
from blemore_cli.training.scaler import fit_scaler
from blemore_cli.training.spec import TrainingSpec

TRAIN, TARGET = np.arange(100, 200), np.arange(40)
CPU = torch.device("cpu")


def task(config: Config, *, seed: int = 0, left_out: str = "1+2", **changes: Any) -> TrainingSpec:
    dotted = {key.replace("__", "."): value for key, value in changes.items()}
    return TrainingSpec(
        config=with_changes(config, dotted),
        seed=seed,
        left_out=left_out,
        train=TRAIN,
        target=TARGET,
        target_name="held_out",
        n_epochs=3,
    )


def merit_of(network: torch.nn.Module) -> torch.Tensor:
    assert isinstance(network, BlemoreNetwork)
    return network.select.merit


def elsewhere_changed(table: FeatureTable, *parts: np.ndarray) -> FeatureTable:
    """The table with other features and labels in all rows but these."""
    others = np.setdiff1d(np.arange(len(table.clips)), np.concatenate(parts))
    features = tuple(matrix.copy() for matrix in table.features)
    for matrix in features:
        matrix[others] = 1e6
    label = table.clips.label.copy()
    label[others] = 7
    return replace(table, features=features, clips=replace(table.clips, label=label))


def test_rows_are_standardised_on_the_training_rows_and_laid_side_by_side(
    tiny_table: FeatureTable, quick_config: Config
) -> None:
    material = Preparation(tiny_table).data(task(quick_config))
    scaler = fit_scaler(tiny_table, TRAIN, clamp_sd=quick_config.train.clamp_sd)
    for rows, found in ((TRAIN, material.train), (TARGET, material.target)):
        expected = scaler.apply(tiny_table, rows)
        assert torch.equal(found.columns, expected.columns)
        assert torch.equal(found.present, expected.present)
        assert len(found) == len(rows)
    np.testing.assert_array_equal(material.label, tiny_table.clips.label[TRAIN])


@pytest.mark.parametrize("selection", ["learned", "fixed"])
def test_no_other_row_and_no_label_of_a_target_row_is_read(
    tiny_table: FeatureTable, quick_config: Config, selection: str
) -> None:
    changed = elsewhere_changed(tiny_table, TRAIN, TARGET)
    changed.clips.label[TARGET] = -1
    own = task(quick_config, model__selection=selection, model__reduce="pca:4", adapt__method="dann")
    before, after = (Preparation(table).job(own) for table in (tiny_table, changed))
    torch.testing.assert_close(before.network.state_dict(), after.network.state_dict(), rtol=0, atol=0)
    assert before.target is not None
    assert after.target is not None
    for one, other in ((before.rows, after.rows), (before.target, after.target)):
        assert torch.equal(one.columns, other.columns)
    assert torch.equal(before.label, after.label)


def test_features_of_target_rows_do_not_reach_the_training_rows(tiny_table: FeatureTable, quick_config: Config) -> None:
    own = task(quick_config, model__selection="fixed", model__reduce="pca:4")
    before, after = (Preparation(each).job(own) for each in (tiny_table, elsewhere_changed(tiny_table, TRAIN)))
    assert torch.equal(before.rows.columns, after.rows.columns)
    torch.testing.assert_close(before.network.state_dict(), after.network.state_dict(), rtol=0, atol=0)
    assert before.target is not None
    assert after.target is not None
    assert not torch.equal(before.target.columns, after.target.columns)


@pytest.mark.parametrize(
    "changes",
    [{"model__selection": "random"}, {"model__selection": "fixed", "model__top_n": 1}, {"adapt__method": "dann"}],
    ids=str,
)
def test_arms_start_from_the_same_weights(
    tiny_table: FeatureTable, quick_config: Config, changes: dict[str, Any]
) -> None:
    prepared = Preparation(tiny_table)
    one, other = (prepared.job(task(quick_config, **each)) for each in ({}, changes))
    for (name, weight), (_, own) in zip(one.network.named_parameters(), other.network.named_parameters(), strict=True):
        assert torch.equal(weight, own), name
    assert one.stream == other.stream
    assert one.rows is other.rows


def test_heads_differ_and_what_is_below_them_does_not(tiny_table: FeatureTable, quick_config: Config) -> None:
    prepared = Preparation(tiny_table)
    one, other = (prepared.job(task(quick_config, model__heads=heads)) for heads in ("decoupled", "softmax_emotions"))
    weights = dict(other.network.named_parameters())
    for name, weight in one.network.named_parameters():
        assert name.startswith("heads.") or torch.equal(weight, weights[name])


def test_seeds_and_folds_start_from_other_weights(tiny_table: FeatureTable, quick_config: Config) -> None:
    prepared = Preparation(tiny_table)
    tasks = [task(quick_config), task(quick_config, seed=1), task(quick_config, left_out="1+3")]
    queries = [prepared.job(each).network.get_parameter("project.maps.0.weight") for each in tasks]
    assert not any(torch.equal(queries[0], other) for other in queries[1:])
    assert not torch.equal(queries[1], queries[2])


def test_fits_do_not_share_their_networks(tiny_table: FeatureTable, quick_config: Config) -> None:
    prepared = Preparation(tiny_table)
    one, other = (prepared.job(task(quick_config)) for _ in range(2))
    with torch.no_grad():
        one.network.get_parameter("project.maps.0.weight").zero_()
    assert other.network.get_parameter("project.maps.0.weight").abs().min() > 0


def test_only_the_fixed_selection_has_merits_and_they_are_those_of_the_training_rows(
    tiny_table: FeatureTable, quick_config: Config
) -> None:
    prepared = Preparation(tiny_table)
    learned, fixed, again = (
        merit_of(prepared.job(task(quick_config, seed=seed, model__selection=selection)).network)
        for selection, seed in (("learned", 0), ("fixed", 0), ("fixed", 1))
    )
    assert not learned.any()
    assert torch.equal(fixed, again)
    rows = fit_scaler(tiny_table, TRAIN, clamp_sd=quick_config.train.clamp_sd).apply(tiny_table)
    expected = encoder_merit(rows, tiny_table.widths, tiny_table.clips.label, inner_splits(tiny_table.clips, TRAIN))
    np.testing.assert_allclose(fixed, expected, rtol=1e-5)
    assert fixed.argmin() == 2  # the encoder of noise


def test_an_encoder_that_no_training_row_has_is_still_kept_for_a_clip_that_has_no_other(
    tiny_table: FeatureTable, quick_config: Config
) -> None:
    tiny_table.present[TRAIN, 2] = False
    network = Preparation(tiny_table).job(task(quick_config, model__selection="fixed", model__top_n=1)).network
    assert merit_of(network)[2] == UNJUDGED
    features = [torch.randn(1, width) for width in tiny_table.widths]
    predictions = network(features, torch.tensor([[False, False, True]]), torch.rand(1, 3))
    assert predictions.weights.tolist() == [[0, 0, 1]]


def test_questions_are_the_target_rows_with_draws_of_their_clips(
    tiny_table: FeatureTable, quick_config: Config
) -> None:
    prepared, own = Preparation(tiny_table), task(quick_config, seed=5)
    inputs = prepared.prediction_input(own)
    assert inputs.rows is prepared.data(own).target
    assert torch.equal(inputs.draws, clip_draws(tiny_table.clips.filename[TARGET], 3, seed=5))


def test_baselines_and_adapters_are_built_as_configured(tiny_table: FeatureTable, quick_config: Config) -> None:
    prepared = Preparation(tiny_table)
    assert prepared.job(task(quick_config)).adapter is None
    fit = prepared.job(
        task(quick_config, model__family="mlp256", model__heads="softmax_emotions", adapt__method="coral")
    )
    assert fit.adapter is not None
    assert (fit.network.architecture.family, fit.network.architecture.heads) == ("mlp256", "softmax_emotions")


def test_trainings_of_the_same_rows_that_trust_others_share_streams_and_nothing_else(
    tiny_table: FeatureTable, quick_config: Config
) -> None:
    prepared, plain = Preparation(tiny_table), task(quick_config, model__selection="fixed")
    wary = replace(plain, shift_weights=(1.0, 0.0, 0.5))
    before, after = prepared.job(plain), prepared.job(wary)
    assert before.rows.present[:, 1].all()
    assert not after.rows.present[:, 1].any()
    assert prepared.data(wary).scaler.shift_weights == (1.0, 0.0, 0.5)
    assert prepared.data(plain).scaler.shift_weights == (1.0, 1.0, 1.0)
    weights = dict(after.network.named_parameters())
    assert all(torch.equal(weight, weights[name]) for name, weight in before.network.named_parameters())
    assert merit_of(after.network)[1] == UNJUDGED
    assert merit_of(before.network)[1] > 0
