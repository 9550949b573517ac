"""The small project, whose encoders' shift is measured once for all tests instead of in every run."""

import shutil
from pathlib import Path

import pytest
from tests.made_once import made_once

from blemore_cli.core.config.schema import Config
from blemore_cli.experiments.crossval import cross_validate
from blemore_cli.experiments.runs.start import start_run


@pytest.fixture
def project(project: Config, tmp_path_factory: pytest.TempPathFactory) -> Config:
    """The small project as it is after a run that was removed; where a test changes the index, it is measured anew."""

    def measure(folder: Path) -> None:
        run = start_run(folder, project, kind="train", name="measured", resume=False)
        cross_validate(project, run, seeds=(0,), folds=(0,), progress=lambda *_: None)
        shutil.rmtree(run.path)

    once = made_once(tmp_path_factory, "small_shift", measure)
    (shifts,) = once.glob(".shift-*.json")
    project.runs.mkdir()
    shutil.copy(shifts, project.runs)
    return project
