"""Pairs of the configuration's choices on a tiny planted project: what is accepted gives a model that is of use.

`make faults` trains all pairs, the suite about half of them; both choose and check all.
"""

import random
from collections.abc import Callable, Mapping
from itertools import combinations, product
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import numpy as np
import pandas as pd
import pytest
from tests.long_campaigns import IS_LONG

from blemore_cli.core.config.file import load_config, with_changes
from blemore_cli.core.config.schema import FIELDS, Config
from blemore_cli.core.errors import ConfigError
from blemore_cli.core.labels import IS_BLEND, N_LABELS, SALIENCE
from blemore_cli.core.rng import numpy_generator
from blemore_cli.data.build import build_index
from blemore_cli.data.example.design import design_clips
from blemore_cli.data.example.project import write_example
from blemore_cli.experiments.crossval import cross_validate
from blemore_cli.experiments.data_checks.trainable import check_trainable
from blemore_cli.experiments.runs.start import start_run
from blemore_cli.experiments.runs.tables import read_oof
from blemore_cli.training.combinations import check_combination

N_CLIPS, N_EPOCHS, FOLD = 174, 10, 1
Row = dict[str, Any]
Values = Mapping[str, list[Any]]
Pair = frozenset[tuple[str, Any]]

pytestmark = pytest.mark.slow

CONSTANT = ("frequent_single", "frequent_blend")
"""Families that predict one label for every clip, whatever else is set: baselines that must be beaten, not models."""

OF_THE_GATED_NETWORK = {"model.selection", "model.top_n", "model.fusion", "train.second_stage"}
"""Choices that baselines do not read."""


def choices() -> Values:
    """The values of every key that chooses between names, or between true and false."""
    named = {
        key: [True, False] if field.annotation is bool else list(get_args(field.annotation))
        for key, field in FIELDS.items()
        if field.annotation is bool or get_origin(field.annotation) is Literal
    }
    of_a_model = {key: values for key, values in named.items() if not key.startswith("data.")}
    families = [family for family in of_a_model["model.family"] if family not in CONSTANT]
    return {**of_a_model, "model.family": families, "model.top_n": [1, "auto"]}


def pairs_of(row: Row) -> set[Pair]:
    return {frozenset(pair) for pair in combinations(row.items(), 2)}


def all_pairs(values: Values) -> list[Pair]:
    settings = [[(key, value) for value in values[key]] for key in values]
    return [frozenset(pair) for one, other in combinations(settings, 2) for pair in product(one, other)]


def completed(start: Row, values: Values, uncovered: set[Pair], draws: random.Random) -> Row:
    """The row with every other key at the value that adds most of the uncovered pairs."""
    row = dict(start)
    for key in draws.sample(list(values), len(values)):
        if key not in row:
            gains = [sum(frozenset([(key, value), each]) in uncovered for each in row.items()) for value in values[key]]
            row[key] = values[key][gains.index(max(gains))]
    return row


def covering(values: Values, is_accepted: Callable[[Row], bool]) -> tuple[list[Row], list[Row]]:
    """A few accepted rows that together hold every pair of settings, and the pairs that no accepted row holds."""
    draws, uncovered = random.Random(0), set(all_pairs(values))  # noqa: S311 - not a secret
    rows: list[Row] = []
    refused: list[Row] = []
    for pair in all_pairs(values):
        if pair in uncovered:
            candidates = [completed(dict(pair), values, uncovered, draws) for _ in range(6)]
            candidates += [{key: draws.choice(values[key]) for key in values} | dict(pair) for _ in range(30)]
            accepted = [row for row in candidates if is_accepted(row)]
            if accepted:
                rows.append(max(accepted, key=lambda row: len(pairs_of(row) & uncovered)))
                uncovered -= pairs_of(rows[-1])
            else:
                refused.append(dict(pair))
    return rows, refused


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """A project of two encoders that both carry the label of every clip, all persons known."""
    example = write_example(tmp_path_factory.mktemp("pairs") / "project", n_clips=N_CLIPS, seed=0)
    answer = pd.read_csv(example.test_labels, dtype=str)
    answer[["filename", "video_id"]].to_csv(example.test_metadata, index=False)
    features = {"data.features": _write_features(example.folder), "data.missing": "error", "data.modality": {}}
    config, _ = load_config(example.config)
    sizes = {"model.d_latent": 16, "train.max_epochs": N_EPOCHS, "train.learning_rate": 0.02, "train.jobs": 1}
    config = with_changes(config, {**features, **sizes, "train.weight_decay": 0.01})
    build_index(config.data)
    return config


def _write_features(folder: Path) -> list[str]:
    clips, draws = design_clips(N_CLIPS, 0), numpy_generator(0, "features of the pairs")
    label, filenames = clips["label"].to_numpy(), clips["filename"].to_numpy(str)
    described = np.hstack([np.eye(N_LABELS), 2 * SALIENCE])
    paths = []
    for name, width in {"face": 24, "voice": 16}.items():
        code = described @ draws.normal(size=(described.shape[1], width))
        features = code[label] + 0.5 * draws.normal(size=(N_CLIPS, width))
        paths.append(str(folder / f"{name}_static_features.npz"))
        np.savez(paths[-1], X=features.astype(np.float32), filenames=filenames)
    return paths


def is_accepted(config: Config) -> bool:
    try:
        check_combination(config)
    except ConfigError:
        return False
    return True


def trained_blend_shares(config: Config, name: str) -> list[float]:
    """Shares of blends among the predictions of the fold that is left out, and of the test clips."""
    run = start_run(config.runs, config, kind="train", name=name, resume=False)
    cross_validate(config, run, seeds=[0], folds=[FOLD], progress=lambda *_: None)
    return [float(IS_BLEND[read_oof(run.path / table).label].mean()) for table in ("oof.csv", "test.csv")]


VALUES = choices()
SHARED = {key: values for key, values in VALUES.items() if key not in OF_THE_GATED_NETWORK}


@pytest.mark.parametrize("values", [{**VALUES, "model.family": ["gated"]}, SHARED], ids=["network", "families"])
def test_every_accepted_pair_of_settings_predicts_blends_and_singles(base: Config, values: Values) -> None:
    rows, _ = covering(values, lambda row: is_accepted(with_changes(base, row)))
    useless = []
    for number, row in enumerate(rows if IS_LONG else rows[::2]):
        config = with_changes(base, row)
        check_trainable(config, [FOLD])
        shares = trained_blend_shares(config, f"{row['model.family']}-{len(values)}-{number}")
        if not all(0 < share < 1 for share in shares):
            useless.append(f"{shares}: {row}")
    assert not useless, "\n".join(useless)


def test_refused_pairs_of_settings_leave_nothing_behind(base: Config, tmp_path: Path) -> None:
    _, refused = covering(VALUES, lambda row: is_accepted(with_changes(base, row)))
    assert refused == [{"decode.method": "thresholds", "decode.match_prior": value} for value in ("split", "person")]
    for pair in refused:
        with pytest.raises(ConfigError):
            check_trainable(with_changes(base, pair | {"runs": tmp_path / "runs"}), [FOLD])
    assert not (tmp_path / "runs").exists()


def test_the_choices_are_those_of_the_configuration() -> None:
    assert {"model.heads", "model.fusion", "train.protocol", "adapt.method", "decode.match_prior"} <= set(VALUES)
    assert set(VALUES) >= OF_THE_GATED_NETWORK


def test_a_covering_array_holds_every_pair_that_is_accepted() -> None:
    values: Values = {"a": [1, 2, 3], "b": [True, False], "c": ["x", "y"]}
    rows, refused = covering(values, lambda row: not (row["a"] == 1 and row["b"]))
    assert refused == [{"a": 1, "b": True}]
    assert set().union(*map(pairs_of, rows)) == set(all_pairs(values)) - {frozenset({("a", 1), ("b", True)})}
    assert len(rows) <= 7
