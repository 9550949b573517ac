"""Units of work that are trained and written, with small networks."""

from pathlib import Path

import pytest

from blemore_cli.core.config.schema import Config
from blemore_cli.data.index.file import read_index
from blemore_cli.experiments.execution.plan import Arm, fold_units, inner_units
from blemore_cli.experiments.execution.unit import load_epoch_predictions
from blemore_cli.experiments.execution.worker import work_on
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.training.checkpoint import load_checkpoint

pytestmark = pytest.mark.slow


def test_inner_trainings_then_fold_models_are_written(project: Config, tmp_path: Path) -> None:
    one, index = Arm("one", project, RunFolder(tmp_path / "one"), (0,), (0,)), read_index(project.data.index)
    units = tuple(inner_units(one, index.clips))
    assert work_on(units, index=index) == []
    assert all(load_epoch_predictions(unit).prob.shape == (2, 120, 36) for unit in units)
    final = tuple(fold_units([one], index.clips))
    assert work_on(final, index=index) == []
    model = load_checkpoint(final[0].path)
    assert (model.fold, model.seed, model.encoders) == (0, 0, ("face", "noise", "voice"))
    assert model.n_epochs == final[0].task.n_epochs
    assert model.decoder == final[0].decoder
