"""Figures of the inner folds against those of the models that they choose."""

import numpy as np
import pytest

from blemore_cli.core.config.schema import Config
from blemore_cli.core.parallel.engines import new_engine
from blemore_cli.data.index.file import read_index
from blemore_cli.evaluation.scoring.log_loss import held_out_losses
from blemore_cli.experiments.execution.plan import Arm, inner_predictions
from blemore_cli.experiments.execution.scheduler import Scheduler
from blemore_cli.experiments.runs.start import start_run
from blemore_cli.experiments.tuning.inner_figures import inner_figures

pytestmark = pytest.mark.slow  # it trains, if tiny networks


def test_the_loss_is_that_of_all_judged_rows_at_the_best_epoch_and_no_model_is_trained(project: Config) -> None:
    index = read_index(project.data.index)
    run = start_run(project.runs, project, kind="tune", name="inner", resume=False)
    arm = Arm("inner", project, run, seeds=(0, 1), folds=(0, 1), predicts_test=False)
    with new_engine(1) as engine:
        scheduler = Scheduler(index, [arm], engine, slots=2, progress=lambda *_: None)
        assert list(scheduler.inner_waves()) == [[]]
    assert not run.checkpoints.exists()
    figures = inner_figures(arm, index.clips)
    assert list(figures) == [0, 1]
    losses = []
    for fold, (parts, predictions) in inner_predictions(arm, index.clips):
        if fold == 0:
            rows = np.concatenate([part.judged for part in parts])
            assert not (index.clips.fold[rows] == 0).any()
            prob = np.concatenate(
                [p.prob[:, np.isin(part.predicted, part.judged)] for part, p in zip(parts, predictions, strict=True)],
                axis=1,
            )
            losses.append(min(held_out_losses(index.clips.label[rows], epoch).mean() for epoch in prob))
    assert figures[0].loss == pytest.approx(np.mean(losses))
    assert 0 <= figures[0].score <= 1
