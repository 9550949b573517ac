"""A run of untrained models on the small data set: what is redone with them is as true as with trained ones."""

from pathlib import Path

import pytest
import torch

from blemore_cli.core.config import Config
from blemore_cli.core.config_file import with_changes
from blemore_cli.data.feature_table import FeatureTable
from blemore_cli.data.index_file import read_index
from blemore_cli.data.splits import fold_splits
from blemore_cli.evaluation.decoder import Decoder
from blemore_cli.experiments.explanation import explain
from blemore_cli.experiments.explanation_result import Explanation
from blemore_cli.experiments.out_of_fold import OutOfFold, out_of_fold
from blemore_cli.experiments.run_dir import RunDir
from blemore_cli.experiments.start_run import settle_config
from blemore_cli.model.build_network import build_network
from blemore_cli.model.network import Architecture
from blemore_cli.training.checkpoint import Checkpoint, save_checkpoint
from blemore_cli.training.scaler import fit_scaler

SEEDS = (0, 3)


@pytest.fixture
def models(tiny_table: FeatureTable) -> list[Checkpoint]:
    """A model for each of two seeds and five folds."""
    decoder = Decoder("expected_score", blend_share=0.5, alpha=0.1, beta=0.1)
    made = []
    for seed in SEEDS:
        for split in fold_splits(tiny_table.clips):
            scaler = fit_scaler(tiny_table, split.train, clamp_sd=6.0)
            generator = torch.Generator().manual_seed(10 * seed + split.fold)
            network = build_network(Architecture(scaler.widths, d_latent=8, d_gate=4, top_n=2), generator=generator)
            torch.nn.init.normal_(network.get_parameter("gate.query"), generator=generator)  # an opinion of encoders
            names, sha = tiny_table.names, tiny_table.index_sha256
            made.append(Checkpoint(network, scaler, decoder, names, split.fold, "held_out", seed, 1, sha))
    return made


@pytest.fixture
def found(models: list[Checkpoint], tiny_table: FeatureTable) -> OutOfFold:
    return out_of_fold(models, tiny_table)


@pytest.fixture
def run(models: list[Checkpoint], project: Config, tmp_path: Path) -> RunDir:
    """The models as a run of the project, whose index has the encoders in the order of their names."""
    sha256 = read_index(project.data.index).sha256
    order = ["face", "voice", "noise"]
    run = RunDir(tmp_path / "runs" / "untrained")
    settle_config(run, with_changes(project, {"model.encoders": order, "train.standardize": "global"}))
    for model in models:
        folder = run.checkpoints / f"seed{model.seed}-fold{model.fold}"
        folder.mkdir(parents=True)
        save_checkpoint(folder, Checkpoint(**{**vars(model), "index_sha256": sha256}))
    return run


@pytest.fixture
def explained(run: RunDir, project: Config) -> Explanation:
    return explain(run, project.data.index)
