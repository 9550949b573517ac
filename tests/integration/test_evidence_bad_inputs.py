"""Fusion of evidence where encoders are few, constant, absent, copies of each other, or many."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from blemore_cli.core.config.file import with_changes
from blemore_cli.core.config.schema import Config
from blemore_cli.core.labels import PROBABILITY_COLUMNS
from blemore_cli.core.types import EncoderFeatures, Floats
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.data.index.file import write_index
from blemore_cli.experiments.crossval import cross_validate
from blemore_cli.experiments.data_checks.ignored_settings import OF_LATENTS
from blemore_cli.experiments.runs.start import start_run

pytestmark = pytest.mark.slow  # it trains, if tiny networks

Encoders = dict[str, Floats]


def many(voice: Floats) -> Encoders:
    rng = np.random.default_rng(0)
    return {f"e{number:02d}": voice + rng.normal(size=voice.shape) for number in range(50)}


CASES: dict[str, Callable[[Floats], Encoders]] = {
    "one encoder": lambda voice: {"voice": voice},
    "two encoders": lambda voice: {"voice": voice, "other": voice[:, ::-1] ** 2},
    "a constant encoder": lambda voice: {"voice": voice, "constant": np.ones_like(voice)},
    "a copy": lambda voice: {"voice": voice, "copy": voice},
    "an encoder of few clips": lambda voice: {
        "voice": voice,
        "few": np.where(np.arange(len(voice))[:, None] % 9, np.nan, voice),
    },
    "fifty encoders": many,
}


@pytest.mark.parametrize("name", CASES)
def test_every_clip_has_a_distribution(project: Config, tiny_table: FeatureTable, name: str) -> None:
    voice = tiny_table.features[tiny_table.names.index("voice")].astype(np.float64)
    encoders = [
        EncoderFeatures(
            key, x.astype(np.float32), np.asarray(np.isfinite(x).all(axis=1)), "av", "x.npz", "static", "0" * 64
        )
        for key, x in CASES[name](voice).items()
    ]
    write_index(project.data.index, tiny_table.clips, encoders)
    config = with_changes(project, {"model.fusion": "evidence", "adapt.shift": "none", "model.top_n": 3})
    run = start_run(config.runs, config, kind="train", name="run", resume=False)
    cross_validate(config, run, seeds=(0,), folds=(0,), progress=lambda *_: None)
    for part, n_clips in (("oof", (tiny_table.clips.fold == 0).sum()), ("test", tiny_table.clips.is_test.sum())):
        prob = pd.read_csv(run.path / f"{part}.csv")[list(PROBABILITY_COLUMNS)].to_numpy()
        assert prob.shape == (n_clips, 36)
        assert np.isfinite(prob).all()
        np.testing.assert_allclose(prob.sum(axis=1), 1.0, atol=1e-4)
        weights = pd.read_csv(run.path / f"gate_{part}.csv").iloc[:, 3:].to_numpy()
        np.testing.assert_allclose(weights.sum(axis=1), 1.0, atol=1e-4)


def test_two_labels_are_enough(project: Config, tiny_table: FeatureTable) -> None:
    label = np.where(tiny_table.clips.is_test, -1, tiny_table.clips.label % 2)
    columns = zip(tiny_table.names, tiny_table.features, tiny_table.present.T, strict=True)
    encoders = [EncoderFeatures(key, x, there, "av", "x.npz", "static", "0" * 64) for key, x, there in columns]
    write_index(project.data.index, replace(tiny_table.clips, label=label), encoders)
    config = with_changes(project, {"model.fusion": "evidence", "adapt.shift": "none"})
    run = start_run(config.runs, config, kind="train", name="two", resume=False)
    cross_validate(config, run, seeds=(0,), folds=(0,), progress=lambda *_: None)
    prob = pd.read_csv(run.path / "oof.csv")[list(PROBABILITY_COLUMNS)].to_numpy()
    assert np.isfinite(prob).all()
    assert prob[:, :2].sum(axis=1).mean() > 0.5


def test_settings_that_are_said_to_have_no_effect_change_no_byte(project: Config) -> None:
    config = with_changes(project, {"model.fusion": "evidence", "adapt.shift": "none"})
    ignored = {
        "train.warmup_epochs": 2,
        "train.exploration": 5.0,
        "train.balance": 1.0,
        "train.second_stage": False,
        "model.temperature": 3.0,
    }
    assert set(ignored) == set(OF_LATENTS)
    tables = []
    for name, changes in (("as it is", {}), ("changed", ignored)):
        changed = with_changes(config, changes)
        run = start_run(config.runs, changed, kind="train", name=name.replace(" ", "-"), resume=False)
        cross_validate(changed, run, seeds=(0,), folds=(0,), progress=lambda *_: None)
        tables.append((run.path / "oof.csv").read_bytes())
    assert tables[0] == tables[1]
