"""A small labelled data set in memory: 5 folds of 3 actors, two encoders that carry the label and one that does not."""

from pathlib import Path

import numpy as np
import pytest

from blemore_cli.core.config.file import with_changes
from blemore_cli.core.config.schema import Config, ModelConfig, TrainConfig
from blemore_cli.core.labels import N_LABELS, SALIENCE
from blemore_cli.core.types import Clips, EncoderFeatures
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.data.index.file import write_index


@pytest.fixture
def tiny_table() -> FeatureTable:
    rng = np.random.default_rng(0)
    n_train, n_test = 300, 20
    n = n_train + n_test
    actor = np.arange(n_train) % 15
    label = rng.integers(0, N_LABELS, n)
    clips = Clips(
        filename=np.array([f"clip_{i:03d}" for i in range(n)]),
        actor=np.array([f"A{a}" for a in actor] + [""] * n_test),
        is_test=np.arange(n) >= n_train,
        fold=np.concatenate([actor % 5, np.full(n_test, -1)]),
        label=np.where(np.arange(n) < n_train, label, -1),
    )
    signal = SALIENCE[label]
    features = [3 * signal @ rng.normal(size=(6, d)) + 0.3 * rng.normal(size=(n, d)) for d in (8, 12)]
    features.append(rng.normal(size=(n, 5)))
    present = np.ones((n, 3), dtype=bool)
    present[::7, 0] = False
    features[0][~present[:, 0]] = np.nan
    matrices = tuple(matrix.astype(np.float32) for matrix in features)
    return FeatureTable(("face", "voice", "noise"), matrices, present, clips, "0" * 64)


@pytest.fixture
def quick_config() -> Config:
    """A small network, trained for a moment on the CPU; after an epoch that fuses everything, two encoders are kept."""
    model = ModelConfig(d_latent=8, d_gate=4, top_n=2)
    return Config(model=model, train=TrainConfig(max_epochs=4, warmup_epochs=1, batch_size=16, device="cpu"))


@pytest.fixture
def project(tiny_table: FeatureTable, quick_config: Config, tmp_path: Path) -> Config:
    """A project's configuration: the small data set as an index in a folder, and a small network."""
    columns = zip(tiny_table.names, tiny_table.features, tiny_table.present.T, strict=True)
    encoders = [EncoderFeatures(name, x, there, "av", "x.npz", "static", "0" * 64) for name, x, there in columns]
    write_index(tmp_path / "index.h5", tiny_table.clips, encoders)
    quick = {"train.max_epochs": 2, "train.batch_size": 64, "train.jobs": 1}
    return with_changes(quick_config, {**quick, "runs": tmp_path / "runs", "data.index": tmp_path / "index.h5"})
