"""Differences of sums over columns give what shuffled features give."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from blemore_cli.core.choices import FusionRule
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.evaluation.statistics.permutation_importance import donors_within
from blemore_cli.experiments.explaining.permuted_columns import PlainPermutedModel
from blemore_cli.experiments.explaining.permuted_latents import LinearPermutedModel, permuted_model
from blemore_cli.model.evidence.network import EvidenceNetwork
from blemore_cli.model.families import build_network
from blemore_cli.model.network import Architecture
from blemore_cli.training.checkpoint import Checkpoint
from blemore_cli.training.scaler import fit_scaler

GROUPS = [{0: np.array([1, 3])}, {1: np.arange(12)}, {0: np.arange(4), 2: np.array([0])}, {}]
ROWS = np.arange(0, 45)


def agree(model: Checkpoint, table: FeatureTable) -> None:
    quick = permuted_model(model, table, ROWS)
    assert isinstance(quick, LinearPermutedModel)
    donor = donors_within(ROWS % 5, quick.present.numpy(), generator=np.random.default_rng(0))
    said = list(quick.predictions(GROUPS, donor))
    plain = list(PlainPermutedModel(model, table, ROWS).predictions(GROUPS, donor))
    for of_quick, of_plain in zip(said, plain, strict=True):
        np.testing.assert_allclose(of_quick, of_plain, atol=2e-4)
    assert np.abs(said[1][0] - said[3][0]).max() > 1e-2  # shuffling a whole encoder is felt


@pytest.mark.parametrize("fusion", ["weighted", "rank", "concat"])
def test_for_every_fusion_of_latents(
    fusion: FusionRule, fold_models: list[Checkpoint], tiny_table: FeatureTable
) -> None:
    architecture = replace(fold_models[0].network.architecture, fusion=fusion)
    network = build_network(architecture, generator=torch.Generator().manual_seed(1))
    torch.nn.init.normal_(network.get_parameter("gate.query"), generator=torch.Generator().manual_seed(2))
    agree(replace(fold_models[0], network=network), tiny_table)


@pytest.mark.parametrize("reduce", ["none", "pca:4"])
def test_for_evidence_with_shift_weights_and_components(
    reduce: str, fold_models: list[Checkpoint], tiny_table: FeatureTable
) -> None:
    train = np.arange(60, 300)
    scaler = fit_scaler(tiny_table, train, clamp_sd=6.0, reduce=reduce, shift_weights=(0.5, 1.0, 0.0))
    architecture = Architecture(scaler.widths, d_latent=8, d_gate=4, top_n=2, fusion="evidence", heads="mixture")
    network = build_network(architecture, generator=torch.Generator().manual_seed(1))
    assert isinstance(network, EvidenceNetwork)
    torch.nn.init.normal_(network.get_parameter("gate.query"), generator=torch.Generator().manual_seed(2))
    network.pool.slope.copy_(torch.randn(network.pool.slope.shape, generator=torch.Generator().manual_seed(3)) / 4)
    network.pool.is_fitted.fill_(True)
    agree(replace(fold_models[0], network=network, scaler=scaler), tiny_table)


def test_for_a_gate_with_a_view(fold_models: list[Checkpoint], tiny_table: FeatureTable) -> None:
    architecture = replace(fold_models[0].network.architecture, gate_view=(2, 0))
    network = build_network(architecture, generator=torch.Generator().manual_seed(1))
    torch.nn.init.normal_(network.get_parameter("gate.query"), generator=torch.Generator().manual_seed(2))
    agree(replace(fold_models[0], network=network), tiny_table)


def test_other_gates_are_called_with_shuffled_features(fold_models: list[Checkpoint], tiny_table: FeatureTable) -> None:
    model = fold_models[0]
    network = build_network(model.network.architecture, generator=torch.Generator().manual_seed(1))
    network.gate = torch.nn.Identity()  # as one that is registered by a user
    assert isinstance(permuted_model(replace(model, network=network), tiny_table, ROWS), PlainPermutedModel)
