import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.made_once import made_once

from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import ArtefactError, DataError, UsageError
from blemore_cli.core.types import Floats, Ints, Predictions, concatenated
from blemore_cli.data.index.feature_table import FeatureTable, load_table
from blemore_cli.data.index.file import read_index
from blemore_cli.experiments.crossval import cross_validate
from blemore_cli.experiments.inference import fold_models
from blemore_cli.experiments.inference.fold_models import (
    load_models,
    mean_prob,
    model_folders,
    predict_held_out,
    predict_test_clips,
    predicted_clips,
)
from blemore_cli.experiments.inference.submission import submission_labels
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.experiments.runs.metrics import read_metrics
from blemore_cli.experiments.runs.start import start_run
from blemore_cli.training.checkpoint import Checkpoint, Target
from blemore_cli.training.predict import NetworkPredictions

pytestmark = pytest.mark.slow  # it trains, if tiny networks


@pytest.fixture
def run(project: Config, tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """A run of two seeds and two folds on the small index, which is equal in every test, to be changed at will."""

    def train(folder: Path) -> None:
        run = start_run(folder, project, kind="cv", name="two", resume=False)
        cross_validate(project, run, seeds=(0, 1), folds=(0, 3), progress=lambda *_: None)

    once = made_once(tmp_path_factory, "two_seeds", train)
    return RunFolder(Path(shutil.copytree(once / "two", project.runs / "two")))


def test_models_come_by_seed_and_fold(run: RunFolder, project: Config) -> None:
    (run.checkpoints / ".half-written").mkdir()
    table = load_table(read_index(project.data.index))
    models = load_models(model_folders(run)[::-1], table)
    assert [(model.seed, model.fold) for model in models] == [(0, 0), (0, 3), (1, 0), (1, 3)]
    oof, weights, _ = predict_held_out(models, table)
    assert len(oof.filename) == len(weights) == 2 * 120
    np.testing.assert_array_equal(
        oof.fold, table.clips.fold[[table.clips.filename.tolist().index(x) for x in oof.filename]]
    )
    said, _, _ = predict_test_clips(models, table)
    assert len(said.filename) == 4 * 20


def test_models_that_do_not_fit_are_refused(run: RunFolder, project: Config) -> None:
    table = load_table(read_index(project.data.index), ["face", "voice"])
    with pytest.raises(ArtefactError, match="needs encoders"):
        load_models(model_folders(run), table)


def test_a_run_without_models_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArtefactError, match="the run empty needs models"):
        model_folders(RunFolder(tmp_path / "empty"))


def test_a_submission_averages_every_seed_and_fold(run: RunFolder, project: Config) -> None:
    table = load_table(read_index(project.data.index), standardize="split")
    said, _, _ = predict_test_clips(load_models(model_folders(run), table), table)
    names = table.clips.filename[table.clips.is_test]
    mean = said.prob.reshape(4, 20, 36).mean(axis=0)
    decoder = read_metrics(run).decoder
    assert decoder is not None
    expected = dict(zip(names.tolist(), decoder.labels(mean).tolist(), strict=True))
    assert submission_labels(run, project.data.index) == expected


@pytest.mark.parametrize("content", ["{}", '{"decoder": {"method": "guess"}}'])
def test_a_run_without_its_decoder_is_named(run: RunFolder, project: Config, content: str) -> None:
    (run.path / "metrics.json").write_text(content)
    with pytest.raises(ArtefactError, match=r"metrics\.json"):
        submission_labels(run, project.data.index)


@pytest.mark.parametrize("kind", ["ablate", "baseline"])
def test_a_run_of_arms_is_refused(project: Config, kind: str) -> None:
    folder = start_run(project.runs, project, kind=kind, name="arms", resume=False)
    (folder.path / "arms" / "learned").mkdir(parents=True)
    with pytest.raises(UsageError, match=f"arms is one of `blemore {kind}`, whose arms do not predict"):
        submission_labels(folder, project.data.index)


class Fake:
    """A fold model that says its number of everything."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, prob: Floats) -> None:
        self.prob = prob
        monkeypatch.setattr(fold_models, "predict_rows", self._forecast)

    def _forecast(self, _: Checkpoint, table: FeatureTable, rows: Ints) -> NetworkPredictions:
        return NetworkPredictions(np.tile(self.prob, (len(rows), 1)), np.ones((len(rows), len(table.names))))


def test_models_made_for_the_test_clips_take_the_place_of_the_others_of_their_fold(
    run: RunFolder, project: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = load_table(read_index(project.data.index))
    models = load_models(model_folders(run), table)[:2]
    target: Target = "test"
    both = [models[0], replace(models[1], target=target)]
    Fake(monkeypatch, np.full(36, 1 / 36))
    said, _, _ = predict_test_clips([models[1], *both], table)
    assert said.fold.tolist() == [0] * 20 + [3] * 20  # once a fold, by the model made for the test clips or the other
    oof, _, _ = predict_held_out(both, table)
    assert set(oof.fold) == {0}


@pytest.fixture
def few_labels(project: Config) -> FeatureTable:
    """The table with twelve labels only, of which its groups have clips enough."""
    table = load_table(read_index(project.data.index))
    return replace(table, clips=replace(table.clips, label=table.clips.label % 12))


class FakeDraws:
    """Takes the place of a network and draws what it says."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.rng = np.random.default_rng(0)
        monkeypatch.setattr(fold_models, "predict_rows", self._forecast)

    def _forecast(self, _: Checkpoint, table: FeatureTable, rows: Ints) -> NetworkPredictions:
        return NetworkPredictions(self.rng.dirichlet(np.ones(36), len(rows)), np.ones((len(rows), len(table.names))))


def test_label_shares_of_a_split_are_those_of_the_training_clips_outside_the_fold(
    run: RunFolder, few_labels: FeatureTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = [replace(each, match_prior="split") for each in load_models(model_folders(run), few_labels)[:2]]
    FakeDraws(monkeypatch)
    clips = few_labels.clips
    for said, n in ((predict_held_out(models, few_labels)[0], 60), (predict_test_clips(models, few_labels)[0], 20)):
        for model in models:
            own = said.fold == model.fold
            share = np.bincount(clips.label[~clips.is_test & (clips.fold != model.fold)], minlength=36) / 240
            assert own.sum() == n
            np.testing.assert_allclose(said.prob[own].mean(axis=0), share, atol=1e-8)
            np.testing.assert_array_equal(said.label[own], model.decoder.labels(said.prob[own]))


def test_label_shares_of_persons_are_matched_one_by_one(
    run: RunFolder, few_labels: FeatureTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = [replace(each, match_prior="person") for each in load_models(model_folders(run), few_labels)[:1]]
    FakeDraws(monkeypatch)
    said, _, _ = predict_held_out(models, few_labels)
    clips = few_labels.clips
    actor = dict(zip(clips.filename.tolist(), clips.actor.tolist(), strict=True))
    share = np.bincount(clips.label[~clips.is_test & (clips.fold != 0)], minlength=36) / 240
    persons = np.array([actor[name] for name in said.filename.tolist()])
    assert set(persons) == {"A0", "A5", "A10"}
    for person in set(persons):
        np.testing.assert_allclose(said.prob[persons == person].mean(axis=0), share, atol=1e-8)
    with pytest.raises(DataError, match=r"decode\.match_prior=person .+ 20 of 20 clips have no person"):
        predict_test_clips(models, few_labels)


def test_probabilities_that_are_not_finite_are_refused(
    run: RunFolder, project: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = load_table(read_index(project.data.index))
    models = load_models(model_folders(run), table)
    Fake(monkeypatch, np.full(36, np.nan))
    with pytest.raises(DataError, match="seed 0 without fold 0"):
        predict_held_out(models, table)


def test_averages_the_models_of_each_clip(few_labels: FeatureTable) -> None:
    prob = np.random.default_rng(0).dirichlet(np.ones(36), 6)
    names, zeros = few_labels.clips.filename[[4, 2, 7]], np.zeros(3, int)
    parts = [Predictions(names, zeros + k, zeros, prob[3 * k : 3 * k + 3], zeros) for k in range(2)]
    clips = predicted_clips(concatenated(parts), few_labels)
    assert clips.filename.tolist() == few_labels.clips.filename[[2, 4, 7]].tolist()
    mean = (prob[:3] + prob[3:]) / 2
    np.testing.assert_allclose(mean_prob(concatenated(parts), clips), mean[[1, 0, 2]])
