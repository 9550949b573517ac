"""Labels and figures of the outer folds against those of a run of the same settings."""

import numpy as np
import pandas as pd
import pytest

from blemore_cli.core.config.schema import Config
from blemore_cli.data.index.file import read_index
from blemore_cli.experiments.crossval import cross_validate
from blemore_cli.experiments.execution.plan import Arm
from blemore_cli.experiments.runs.start import start_run
from blemore_cli.experiments.runs.tuning_file import InnerFigures, TrialResult, TrialResults
from blemore_cli.experiments.tuning.outer_figures import held_out_labels, judged

pytestmark = pytest.mark.slow  # it trains, if tiny networks


def test_the_settings_of_the_project_have_the_figures_of_its_run(project: Config) -> None:
    index = read_index(project.data.index)
    run = start_run(project.runs, project, kind="train", name="run", resume=False)
    metrics = cross_validate(project, run, seeds=(0,), index=index, progress=lambda *_: None)
    arm = Arm("run", project, run, seeds=(0,), folds=(0, 1, 2, 3, 4), predicts_test=False)
    labels = held_out_labels(arm, index)
    oof = pd.read_csv(run.path / "oof.csv").set_index("filename")
    assert sum(of_fold.size for of_fold in labels.values()) == len(oof)
    folds = {fold: InnerFigures(loss=1.0, score=0.5) for fold in labels}
    results = TrialResults(space={}, seeds=(0,), trials=(TrialResult(number=0, settings={}, folds=folds),))
    tuning = judged(run, index.clips, results, {(0, fold): of_fold for fold, of_fold in labels.items()})
    assert tuning.oof.score == pytest.approx(metrics.oof.score)
    assert tuning.oof.ci95 == pytest.approx(metrics.oof.ci95)
    assert tuning.default == tuning.oof
    assert "both predict the same label for every clip" in tuning.sentence
    assert np.isclose(tuning.curve[0].score, tuning.oof.score)
