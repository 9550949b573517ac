"""A search on a small index: honest, the same for any number of processes, and resumed without repeating."""

import json
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from blemore_cli.core.config.file import with_changes
from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import ArtefactError, BlemoreError, UsageError
from blemore_cli.core.files import write_json
from blemore_cli.core.types import EncoderFeatures
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.data.index.file import read_index, write_index
from blemore_cli.experiments.data_checks.trainable import chosen_folds
from blemore_cli.experiments.execution.scheduler import Scheduler
from blemore_cli.experiments.execution.worker import Failure
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.experiments.runs.start import start_run
from blemore_cli.experiments.runs.tuning_file import Tuning, read_trials
from blemore_cli.experiments.tuning.design import SearchDesign, trials
from blemore_cli.experiments.tuning.proposals import Proposals
from blemore_cli.experiments.tuning.space import Options, Range, Space
from blemore_cli.experiments.tuning.tune import check_searchable, run_tuning

pytestmark = pytest.mark.slow  # it trains, if tiny networks
SPACE: Space = {"train.learning_rate": Range(1e-4, 1e-1, log=True), "model.top_n": Options((1, 2, 3))}


def searched(
    config: Config,
    name: str,
    n_trials: int,
    *,
    space: Space = SPACE,
    seeds: tuple[int, ...] = (0,),
    seconds: float | None = None,
    n_shared: int | None = None,
) -> Tuning:
    """A search; with a number of trials that all folds share, the others are proposed for each fold."""
    run, index = start_run(config.runs, config, kind="tune", name=name, resume=True), read_index(config.data.index)
    shared = trials(config, space, n_shared or n_trials)
    if n_shared is None:
        design = SearchDesign(space, shared, seeds, seconds)
    else:
        after = Proposals(config, space, n_trials, chosen_folds(index, ()), lambda _: None).after
        design = SearchDesign(space, shared, seeds, seconds, "tpe", after, n_trials)
    return run_tuning(run, design, index=index, progress=lambda *_: None)


def labels_of(config: Config, name: str, tuning: Tuning, fold: int) -> tuple[int, bytes]:
    """The choice of an outer fold, and the model that was made by it."""
    number = next(winner.trial for winner in tuning.winners if winner.fold == fold)
    folder = config.runs / name / f"trials/trial-{number:03d}/checkpoints/seed0-fold{fold}"
    return number, (folder / "model.safetensors").read_bytes()


def test_a_search_is_grown_without_repeating_and_is_the_same_as_a_whole_one(project: Config) -> None:
    whole = searched(project, "whole", 4)
    few = searched(project, "grown", 2)
    assert few.curve == whole.curve[:2]
    first = project.runs / "grown/trials/trial-001/config.yaml"
    made = {path: path.stat().st_mtime_ns for path in first.parent.rglob("*.safetensors")}
    grown = searched(project, "grown", 4)
    assert without_run(grown) == without_run(whole)
    assert {path: path.stat().st_mtime_ns for path in made} == made
    assert not (first.parent / "inner").exists()
    assert len(grown.curve) == 4
    assert grown.curve[0].score == pytest.approx(grown.default.score)
    assert grown.curve[-1].score == pytest.approx(grown.oof.score)
    assert read_trials(RunFolder(project.runs / "grown"), {}, ()).trials[0].settings == {}


def without_run(tuning: Tuning) -> Tuning:
    return tuning.model_copy(update={"run": ""})


def test_a_search_by_proposals_goes_on_as_a_whole_one(project: Config) -> None:
    pytest.importorskip("optuna")
    whole = searched(project, "whole", 5, n_shared=2)
    assert (whole.trials, whole.sampler, len(whole.curve)) == (5, "tpe", 5)
    path = project.runs / "whole" / "trials.json"
    results = read_trials(RunFolder(path.parent), {}, ())
    assert [trial.fold for trial in results.trials] == [None] * 2 + [fold for fold in range(5) for _ in range(3)]
    half = start_run(project.runs, project, kind="tune", name="half", resume=True)
    begun = results.model_copy(update={"trials": results.trials[:2]})
    write_json(half.path / "trials.json", begun.as_json())
    assert without_run(searched(project, "half", 5, n_shared=2)) == without_run(whole)
    with pytest.raises(ArtefactError, match="keeps its space, seeds and sampler"):
        searched(project, "half", 5)
    with pytest.raises(ArtefactError, match="has 5, got --trials 3"):
        searched(project, "half", 3, n_shared=2)


@pytest.mark.parametrize("n_shared", [None, 2])
def test_labels_of_an_outer_fold_change_neither_its_choice_nor_its_model(
    project: Config, tiny_table: FeatureTable, n_shared: int | None
) -> None:
    if n_shared:
        pytest.importorskip("optuna")
    before = labels_of(project, "before", searched(project, "before", 4, n_shared=n_shared), 0)
    label, is_outer = tiny_table.clips.label.copy(), tiny_table.clips.fold == 0
    label[is_outer] = np.random.default_rng(0).permutation(label[is_outer])
    columns = zip(tiny_table.names, tiny_table.features, tiny_table.present.T, strict=True)
    encoders = [EncoderFeatures(name, x, there, "av", "x.npz", "static", "0" * 64) for name, x, there in columns]
    write_index(project.data.index, replace(tiny_table.clips, label=label), encoders)
    assert labels_of(project, "after", searched(project, "after", 4, n_shared=n_shared), 0) == before


def test_no_more_trials_are_begun_when_time_is_over(project: Config) -> None:
    assert searched(project, "short", 10, seconds=0.0).trials == 8


def test_a_trial_that_fails_is_named_and_never_chosen(project: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    waves = Scheduler.inner_waves

    def failing(self: Scheduler) -> Iterator[list[Failure]]:
        yield from waves(self)
        yield [Failure("trial-001", BlemoreError("its training diverged"))]

    monkeypatch.setattr(Scheduler, "inner_waves", failing)
    tuning = searched(project, "failing", 3)
    assert tuning.failed == {1: "its training diverged"}
    assert 1 not in {winner.trial for winner in tuning.winners}


def test_a_resumed_search_keeps_its_space_and_seeds(project: Config) -> None:
    searched(project, "kept", 2)
    with pytest.raises(ArtefactError, match="keeps its space, seeds and sampler"):
        searched(project, "kept", 2, seeds=(0, 1))
    with pytest.raises(ArtefactError, match="keeps its space, seeds and sampler"):
        searched(project, "kept", 2, space={"model.top_n": Options((1, 2))})
    with pytest.raises(ArtefactError, match="has 2, got --trials 1"):
        searched(project, "kept", 1)
    path = project.runs / "kept/trials.json"
    content = json.loads(path.read_text())
    content["trials"][1]["settings"]["model.top_n"] = 7
    path.write_text(json.dumps(content))
    with pytest.raises(ArtefactError, match="trial 1 has others"):
        searched(project, "kept", 2)


def test_a_protocol_that_chooses_by_the_scored_fold_is_refused() -> None:
    with pytest.raises(UsageError, match="chooses by inner folds"):
        check_searchable(with_changes(Config(), {"train.protocol": "official"}), SPACE)


@pytest.mark.parametrize(
    ("space", "message"),
    [
        ({"model.family": Options(("gated", "logistic"))}, "model.family=logistic is fitted without"),
        ({"model.heads": Options(("softmax_emotions",))}, "decoupled, softmax_emotions"),
    ],
)
def test_trials_whose_inner_losses_cannot_be_compared_are_refused(space: Space, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        check_searchable(Config(), space)
    alike = with_changes(Config(), {"model.heads": "softmax_emotions", "decode.method": "thresholds"})
    check_searchable(alike, {"model.heads": Options(("softmax_emotions",))})
