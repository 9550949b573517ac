from dataclasses import replace

import numpy as np
import torch

from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.evaluation.scoring.temperature import fit_temperature, temperature_scaled
from blemore_cli.experiments.explaining.encoder_log_likelihood import encoder_log_likelihood
from blemore_cli.experiments.explaining.out_of_fold import OutOfFold, out_of_fold
from blemore_cli.training.checkpoint import Checkpoint
from blemore_cli.training.predict import clip_draws


def alone_by_hand(model: Checkpoint, table: FeatureTable, rows: np.ndarray, encoder: int) -> np.ndarray:
    """The forward of a network for which no other encoder is there."""
    asked = model.scaler.apply(table, rows)
    present = torch.zeros_like(asked.present)
    present[:, encoder] = True
    draws = clip_draws(table.clips.filename[rows], 3, model.seed)
    with torch.no_grad():
        output = model.network(model.network.architecture.features(asked.columns), present, draws)
    return np.asarray(output.log_prob.double().numpy())


def test_it_is_the_cooled_likelihood_given_one_encoder(
    fold_models: list[Checkpoint], out_of_fold_grid: OutOfFold, tiny_table: FeatureTable
) -> None:
    useful = encoder_log_likelihood(out_of_fold_grid)
    np.testing.assert_array_equal(np.isnan(useful[0]), ~out_of_fold_grid.available)
    label, fold = tiny_table.clips.label, tiny_table.clips.fold
    others, truth = [], []
    for model in fold_models:
        for encoder in range(3):
            if model.fold != 2:
                rows = np.flatnonzero((fold == model.fold) & tiny_table.present[:, encoder])
                others.append(alone_by_hand(model, tiny_table, rows, encoder))
                truth.append(label[rows])
    temperature = fit_temperature(np.concatenate(truth), np.concatenate(others))
    rows = np.flatnonzero(fold == 2)
    own = next(model for model in fold_models if (model.seed, model.fold) == (3, 2))
    expected = temperature_scaled(alone_by_hand(own, tiny_table, rows, 1), temperature)[
        np.arange(len(rows)), label[rows]
    ]
    np.testing.assert_allclose(useful[1, rows, 1], expected, atol=1e-4)


def test_labels_of_a_fold_do_not_cool_its_own_clips(fold_models: list[Checkpoint], tiny_table: FeatureTable) -> None:
    """Other labels in fold 2 leave what is said there of the labels that stay."""
    changed = tiny_table.clips.label.copy()
    own = np.flatnonzero(tiny_table.clips.fold == 2)
    changed[own[1:]] = (changed[own[1:]] + 5) % 36
    clips = replace(tiny_table.clips, label=changed)
    before = encoder_log_likelihood(out_of_fold(fold_models, tiny_table))
    after = encoder_log_likelihood(out_of_fold(fold_models, replace(tiny_table, clips=clips)))
    np.testing.assert_array_equal(before[:, own[0]], after[:, own[0]])


def test_one_fold_alone_is_not_cooled(fold_models: list[Checkpoint], tiny_table: FeatureTable) -> None:
    useful = encoder_log_likelihood(out_of_fold(fold_models[:1], tiny_table))
    rows = np.flatnonzero(tiny_table.clips.fold == 0)
    expected = alone_by_hand(fold_models[0], tiny_table, rows, 2)[np.arange(len(rows)), tiny_table.clips.label[rows]]
    np.testing.assert_allclose(useful[0, :, 2], expected, atol=1e-5)
