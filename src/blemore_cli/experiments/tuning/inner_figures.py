"""What the inner folds say of a trial: loss and Score for each outer fold, whose labels they do not see."""

from collections import defaultdict

import numpy as np

from blemore_cli.core.types import Clips
from blemore_cli.evaluation.scoring.metrics import official_scores
from blemore_cli.experiments.execution.plan import Arm, InnerPredictions, inner_predictions
from blemore_cli.experiments.runs.tuning_file import InnerFigures
from blemore_cli.training.choice import choose
from blemore_cli.training.predict import over_labels


def inner_figures(arm: Arm, clips: Clips) -> dict[int, InnerFigures]:
    """The figures of an arm whose inner trainings are on disk, by outer fold, mean over its seeds.

    Raises:
        ArtefactError: If the predictions of an inner training are damaged.
    """
    by_fold: dict[int, list[InnerFigures]] = defaultdict(list)
    for fold, inner in inner_predictions(arm, clips):
        by_fold[fold].append(_figures(arm, clips, inner))
    return {
        fold: InnerFigures(
            loss=float(np.mean([each.loss for each in figures])), score=float(np.mean([each.score for each in figures]))
        )
        for fold, figures in by_fold.items()
    }


def _figures(arm: Arm, clips: Clips, inner: InnerPredictions) -> InnerFigures:
    parts, predictions = inner
    choice = choose(clips.label, parts, predictions, arm.config)
    epoch = choice.n_epochs - 1
    rows = np.concatenate([part.judged for part in parts])
    losses = [part[epoch] for part in choice.held_out_loss]
    prob = np.concatenate(
        [
            over_labels(of_part.prob[epoch, np.searchsorted(part.predicted, part.judged)])
            for part, of_part in zip(parts, predictions, strict=True)
        ]
    )
    return InnerFigures(
        loss=float(np.average(losses, weights=[len(part.judged) for part in parts])),
        score=official_scores(clips.label[rows], choice.decoder.labels(prob)).score,
    )
