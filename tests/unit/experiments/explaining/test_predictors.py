from dataclasses import replace

import pytest
import torch

from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import UsageError
from blemore_cli.data.index.file import read_index
from blemore_cli.experiments.explaining.out_of_fold import OutOfFold
from blemore_cli.experiments.explaining.predictors import PredictorPlan, measure_predictors
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.experiments.runs.predictors_record import Predictors
from blemore_cli.model.families import build_network
from blemore_cli.model.network import Architecture
from blemore_cli.training.checkpoint import Checkpoint, save_checkpoint


@pytest.fixture
def measured(trained_run: RunFolder, project: Config) -> Predictors:
    return measure_predictors(trained_run, project.data.index, PredictorPlan(n_repeats=1))


def test_intact_is_what_the_run_predicts(measured: Predictors, out_of_fold_grid: OutOfFold) -> None:
    predicted = out_of_fold_grid.predicted(out_of_fold_grid.on_grid(lambda model, _: model.kept()))
    assert measured.log_loss == pytest.approx(predicted.loss.mean(), rel=1e-5)
    assert {group.name for group in measured.groups} == {"face", "voice", "noise"}
    assert [group.loss_rise for group in measured.groups] == sorted(
        (g.loss_rise for g in measured.groups), reverse=True
    )
    assert "of 3 groups shuffled" in measured.sentence


def test_the_same_again_and_progress_to_the_end(measured: Predictors, trained_run: RunFolder, project: Config) -> None:
    steps: list[tuple[int, int]] = []
    plan = PredictorPlan(n_repeats=1)
    again = measure_predictors(trained_run, project.data.index, plan, progress=lambda *step: steps.append(step))
    assert again == measured
    assert steps[-1] == (10 * 4, 10 * 4)
    assert [done for done, _ in steps] == list(range(1, 41))


def test_all_encoders_but_one_shuffled_is_that_one_alone(trained_run: RunFolder, project: Config) -> None:
    plan = PredictorPlan(group="encoder", encoders=("face",), n_repeats=1)
    [face] = measure_predictors(trained_run, project.data.index, plan).groups
    assert (face.encoders, face.n_columns) == (("face",), 8)
    with pytest.raises(UsageError, match="got ears"):
        measure_predictors(trained_run, project.data.index, replace(plan, encoders=("ears",)))


def test_a_baseline_is_refused(trained_run: RunFolder, project: Config, fold_models: list[Checkpoint]) -> None:
    folder = trained_run.checkpoints / "seed0-fold0"
    network = build_network(
        Architecture(fold_models[0].scaler.widths, family="mlp256"), generator=torch.Generator().manual_seed(0)
    )
    sha256 = read_index(project.data.index).sha256
    save_checkpoint(folder, replace(fold_models[0], network=network, index_sha256=sha256))
    with pytest.raises(UsageError, match="a baseline of the family 'mlp256'"):
        measure_predictors(trained_run, project.data.index, PredictorPlan())
