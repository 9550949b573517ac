from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from blemore_cli.core.config.file import with_changes
from blemore_cli.core.config.schema import Config
from blemore_cli.core.types import Floats, Ints
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.evaluation.scoring.decoder import fit_decoder
from blemore_cli.evaluation.scoring.log_loss import held_out_losses
from blemore_cli.evaluation.scoring.metrics import official_scores
from blemore_cli.training.baselines.direct import FITTED_DIRECTLY, TRAINED, fit_directly
from blemore_cli.training.baselines.logistic import fit_logistic
from blemore_cli.training.checkpoint import Checkpoint, predict_rows
from blemore_cli.training.spec import inner_positions


def rows_of(table: FeatureTable) -> tuple[Ints, Ints]:
    return np.flatnonzero(table.clips.fold > 0), np.flatnonzero(table.clips.fold == 0)


def fitted(table: FeatureTable, config: Config, **changes: Any) -> tuple[Checkpoint, Floats]:
    """A baseline without fold 0, and what it says of that."""
    train, held_out = rows_of(table)
    own = with_changes(config, {key.replace("__", "."): value for key, value in changes.items()})
    network, scaler, decoder = fit_directly(table, train, own)
    model = Checkpoint(network, scaler, decoder, table.names, 0, "held_out", 0, 1, table.index_sha256)
    return model, predict_rows(model, table, held_out).prob


def test_families_are_trained_or_fitted_at_once() -> None:
    assert set(FITTED_DIRECTLY) == {"logistic", "frequent_single", "frequent_blend"}
    assert not set(FITTED_DIRECTLY) & set(TRAINED)


@pytest.mark.parametrize("reduce", ["none", "pca:6"])
def test_logistic_regression_learns_what_is_planted(
    tiny_table: FeatureTable, quick_config: Config, reduce: str
) -> None:
    truth = tiny_table.clips.label[rows_of(tiny_table)[1]]
    loss, score = {}, {}
    for family in FITTED_DIRECTLY:
        model, prob = fitted(tiny_table, quick_config, model__family=family, model__reduce=reduce)
        np.testing.assert_allclose(prob.sum(1), 1, atol=1e-12)
        loss[family] = held_out_losses(truth, prob).mean()
        score[family] = official_scores(truth, model.decoder.labels(prob)).score
    assert loss["logistic"] < 0.8 * np.log(36)
    assert score["logistic"] > 0.2 + max(score["frequent_single"], score["frequent_blend"])


@pytest.mark.parametrize(("family", "expected"), [("frequent_single", 2), ("frequent_blend", 11)])
def test_the_trivial_baselines_always_say_the_most_frequent_label_of_the_training_rows(
    tiny_table: FeatureTable, quick_config: Config, family: str, expected: int
) -> None:
    train, held_out = rows_of(tiny_table)
    label = tiny_table.clips.label.copy()
    label[train[:60]], label[train[60:120]] = 2, 11
    label[held_out] = 30
    table = replace(tiny_table, clips=replace(tiny_table.clips, label=label))
    model, prob = fitted(table, quick_config, model__family=family)
    assert prob[:, expected].min() > 1 - 1e-10
    assert (model.decoder.labels(prob) == expected).all()


@pytest.mark.parametrize("family", FITTED_DIRECTLY)
@pytest.mark.parametrize("method", ["expected_score", "thresholds"])
def test_no_row_beside_the_training_rows_is_read(
    tiny_table: FeatureTable, quick_config: Config, family: str, method: str
) -> None:
    train, _ = rows_of(tiny_table)
    others = np.setdiff1d(np.arange(len(tiny_table.clips)), train)
    features = tuple(matrix.copy() for matrix in tiny_table.features)
    for matrix in features:
        matrix[others] = 1e6
    label = tiny_table.clips.label.copy()
    label[others] = -1
    changed = replace(tiny_table, features=features, clips=replace(tiny_table.clips, label=label))
    changes = {"model__family": family, "decode__method": method}
    before, after = (fitted(table, quick_config, **changes)[0] for table in (tiny_table, changed))
    assert before.decoder == after.decoder
    for name, value in before.network.state_dict().items():
        np.testing.assert_array_equal(value, after.network.state_dict()[name])


def test_the_decoder_of_logistic_regression_is_fitted_to_cross_fitted_predictions(
    tiny_table: FeatureTable, quick_config: Config
) -> None:
    train, _ = rows_of(tiny_table)
    label = tiny_table.clips.label[train]
    model, _ = fitted(tiny_table, quick_config, model__family="logistic", decode__method="thresholds")
    inputs = model.scaler.apply(tiny_table, train).columns.numpy()
    cross_fitted = fit_logistic(inputs, label, inner_positions(tiny_table.clips, train)).cross_fitted_prob
    assert model.decoder == fit_decoder(label, cross_fitted, method="thresholds")
    seen = predict_rows(model, tiny_table, train).prob
    assert model.decoder != fit_decoder(label, seen, method="thresholds")


@pytest.mark.parametrize("family", FITTED_DIRECTLY)
def test_an_encoder_without_trust_changes_nothing(tiny_table: FeatureTable, quick_config: Config, family: str) -> None:
    config = with_changes(quick_config, {"model.family": family, "model.heads": "softmax_labels"})
    train, held_out = rows_of(tiny_table)
    predictions = []
    for poison in (0.0, 1e3):
        tiny_table.features[1][:] += poison * np.arange(320, dtype=np.float32)[:, None]
        network, scaler, decoder = fit_directly(tiny_table, train, config, (1.0, 0.0, 1.0))
        model = Checkpoint(network, scaler, decoder, tiny_table.names, 0, "held_out", 0, 1, tiny_table.index_sha256)
        predictions.append(predict_rows(model, tiny_table, held_out))
    np.testing.assert_array_equal(predictions[0].prob, predictions[1].prob)
    assert np.isfinite(predictions[0].prob).all()
    assert (predictions[0].weights[:, 1] == 0).all()
