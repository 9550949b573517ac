"""Submissions of several runs, on a small index; the command is in cli/commands/test_submission_commands."""

import json
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from blemore_cli.core.config.file import with_changes
from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import ArtefactError, DataError, UsageError
from blemore_cli.core.labels import PROBABILITY_COLUMNS
from blemore_cli.core.rng import numpy_generator
from blemore_cli.core.types import Floats
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.evaluation.late_fusion import fit_late_fusion
from blemore_cli.experiments.crossval import cross_validate
from blemore_cli.experiments.inference.submission import find_runs, predict_submission
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.experiments.runs.metrics import read_metrics
from blemore_cli.experiments.runs.start import start_run

pytestmark = pytest.mark.slow  # it trains, if tiny networks

COLUMNS = list(PROBABILITY_COLUMNS)


def trained(config: Config, name: str, *, seeds: Sequence[int] = (0,), folds: Sequence[int] = (0, 3)) -> RunFolder:
    run = start_run(config.runs, config, kind="train", name=name, resume=True)
    cross_validate(config, run, seeds=seeds, folds=folds, progress=lambda *_: None)
    return run


def only(config: Config, *encoders: str) -> Config:
    return with_changes(config, {"model.encoders": list(encoders), "model.top_n": 1, "train.max_epochs": 4})


def mean_of(run: RunFolder, file: str, names: Sequence[str]) -> Floats:
    return pd.read_csv(run.path / file).groupby("filename")[COLUMNS].mean().loc[list(names)].to_numpy()


def test_the_submission_is_decoded_from_the_mixture_of_what_the_runs_say(
    project: Config, tiny_table: FeatureTable
) -> None:
    runs = [trained(only(project, "face", "noise"), "b", seeds=(0, 1)), trained(only(project, "voice"), "a")]
    found = predict_submission(runs, project.data.index)
    clips = tiny_table.clips
    left_out, test = clips.take(np.isin(clips.fold, (0, 3))), clips.filename[clips.is_test].tolist()
    oof_prob = {run.name: mean_of(run, "oof.csv", left_out.filename.tolist()) for run in runs}
    expected = fit_late_fusion(left_out, oof_prob, generator=numpy_generator(0, "late fusion"))
    assert found.fusion == expected
    assert list(expected.weights) == ["a", "b"]
    mixed = sum(expected.weights[run.name] * mean_of(run, "test.csv", test) for run in runs)
    assert found.labels == dict(zip(test, expected.decoder.labels(np.asarray(mixed)).tolist(), strict=True))
    assert (found.run, found.protocol) == ("b + a", "nested")
    settings = {"standardize": "split", "match_prior": "none", "transductive": True}
    assert found.transduction == settings
    content = found.as_json()
    assert settings.items() <= content.items()
    assert set(content["fusion"]) == {"protocol", "weights", "oof", "alone", "gain", "gain_over_equal"}
    again = predict_submission(runs[::-1], project.data.index)
    assert (again.fusion, again.labels) == (found.fusion, found.labels)


def test_a_run_alone_is_decoded_by_its_decoder(project: Config, tiny_table: FeatureTable) -> None:
    run = trained(project, "alone", folds=(3,))
    found = predict_submission([run], project.data.index)
    assert found.fusion is None
    assert "fusion" not in found.as_json()
    test, decoder = tiny_table.clips.filename[tiny_table.clips.is_test].tolist(), read_metrics(run).decoder
    assert decoder is not None
    assert found.labels == dict(zip(test, decoder.labels(mean_of(run, "test.csv", test)).tolist(), strict=True))


def test_runs_of_other_clips_are_refused(project: Config) -> None:
    runs = [trained(project, "two"), trained(project, "one", folds=(3,))]
    with pytest.raises(ArtefactError, match=r"two has left out 120 in folds 0, 3, one 60 in folds 3"):
        predict_submission(runs, project.data.index)
    with pytest.raises(DataError, match="two folds or more"):
        predict_submission([runs[1], trained(project, "another", folds=(3,))], project.data.index)


@pytest.mark.parametrize(("key", "other"), [("index_sha256", "f" * 64), ("protocol", "official")])
def test_runs_of_another_index_or_protocol_are_refused(project: Config, key: str, other: str) -> None:
    runs = [trained(project, "mine", folds=(0,)), trained(project, "other", folds=(0,))]
    metrics = read_metrics(runs[1]).as_json() | {key: other}
    (runs[1].path / "metrics.json").write_text(json.dumps(metrics))
    runs[1].mark_finished()
    with pytest.raises(ArtefactError, match=rf"{key} in metrics.json\): mine has .+, other has {other[:12]}"):
        predict_submission(runs, project.data.index)


def test_arms_are_refused_and_runs_are_named_once(project: Config) -> None:
    start_run(project.runs, project, kind="train", name="a", resume=False).finish({})
    assert [run.name for run in find_runs(project.runs, ["a", "a"])] == ["a"]
    with pytest.raises(UsageError, match="arms of another run do not predict the test clips"):
        find_runs(project.runs, ["a", "ablate-001/arms/random"])
    with pytest.raises(ArtefactError, match=r"'\.\./a' must be in"):
        find_runs(project.runs, ["../a"])
    RunFolder(project.runs / "a").become_latest()
    assert [run.name for run in find_runs(project.runs, [])] == ["a"]
