"""A submission: labels of the test clips by the fold models of one run, or of several whose distributions are mixed."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from blemore_cli.core.errors import ArtefactError, UsageError
from blemore_cli.core.rng import numpy_generator
from blemore_cli.core.types import Clips, Floats, Predictions
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.data.index.file import Index, read_index
from blemore_cli.data.index.group_standardisation import check_persons
from blemore_cli.data.index.mapped_table import mapped_table
from blemore_cli.evaluation.late_fusion import LateFusion, fit_late_fusion
from blemore_cli.evaluation.scoring.decoder import Decoder
from blemore_cli.experiments.inference.fold_models import (
    load_models,
    mean_prob,
    model_folders,
    predict_held_out,
    predict_test_clips,
    predicted_clips,
)
from blemore_cli.experiments.inference.transduction import Transduction, transduction
from blemore_cli.experiments.runs.find import find_run
from blemore_cli.experiments.runs.folder import ARMS, RunFolder
from blemore_cli.experiments.runs.metrics import RunMetrics, read_metrics
from blemore_cli.training.checkpoint import Checkpoint
from blemore_cli.training.device import limit_threads

Loaded = tuple[list[Checkpoint], FeatureTable]
"""The fold models of a run, and the features that they read."""


@dataclass(frozen=True)
class Submission:
    """Labels of the test clips, and the runs that they come from.

    Attributes:
        run: Names of the runs.
        labels: Label of each test clip, in the order of the index.
        protocol: Protocol of the runs.
        transduction: Transductive settings; of several runs, those that read most.
        fusion: Weights of the runs and the gain by mixing them; None for a single run.
    """

    run: str
    labels: dict[str, int]
    protocol: str
    transduction: Transduction
    fusion: LateFusion | None

    def as_json(self) -> dict[str, Any]:
        """The keys of `blemore submit --json` about the runs."""
        if self.fusion is None:
            return {**self.transduction}
        fusion = asdict(self.fusion)
        del fusion["decoder"]
        return {**self.transduction, "fusion": {"protocol": self.protocol, **fusion}}


def find_runs(root: Path, names: Sequence[str]) -> list[RunFolder]:
    """The finished runs of these names, each once; the newest finished train run where none is named.

    Raises:
        UsageError: If a name is that of an arm.
        ArtefactError: If a run is not there, or not finished.
    """
    for name in names:
        if f"/{ARMS}/" in name:
            raise UsageError(
                f"a submission is of runs of `blemore train` or `blemore cv`, got {name!r}: the arms of another run "
                "do not predict the test clips",
                fix="Train the arm that you want with `blemore train`.",
            )
    return [find_run(root, name) for name in dict.fromkeys(names)] or [find_run(root, None)]


def predict_submission(runs: Sequence[RunFolder], index: Path) -> Submission:
    """Predicts the test clips with the fold models of the runs, averages within each run, mixes the runs, and decodes.

    A single run has its own decoder. Several are mixed with the weights of the best out-of-fold Score: they must have
    left out the same clips of the same index by the same protocol. The index may be elsewhere by now.

    Raises:
        UsageError: If a run is one of arms, which do not predict the test clips.
        ArtefactError: If an artefact is missing, damaged, or does not fit, if runs do not fit each other, or if the
            index has no test clip.
        DataError: If several runs left out fewer than two folds, or features are standardised within persons and a
            clip has no person.
    """
    for run in runs:
        _check_single_arm(run)
    metrics = {run.name: read_metrics(run) for run in runs}
    _check_same_source(metrics)
    opened = read_index(index)
    loaded = {run.name: _load(run, opened) for run in runs}
    test = {name: _averaged(predict_test_clips(*models)[0], models[1]) for name, models in loaded.items()}
    clips, prob = test[runs[0].name]
    if len(loaded) == 1:
        fusion, decoder = None, _decoder(runs[0], metrics[runs[0].name])
    else:
        fusion = _fusion(loaded)
        decoder, prob = fusion.decoder, fusion.mixed({name: mean for name, (_, mean) in test.items()})
    return Submission(
        run=" + ".join(metrics),
        labels=dict(zip(clips.filename.tolist(), decoder.labels(prob).tolist(), strict=True)),
        protocol=runs[0].config().train.protocol,
        transduction=transduction([run.config() for run in runs]),
        fusion=fusion,
    )


def submission_labels(run: RunFolder, index: Path) -> dict[str, int]:
    """The label of each test clip by the fold models of a run; raises as `predict_submission`."""
    return predict_submission([run], index).labels


def _check_single_arm(run: RunFolder) -> None:
    if run.has_arms:
        raise UsageError(
            f"a submission is of runs of `blemore train` or `blemore cv`, and {run.name} is one of "
            f"`blemore {run.kind}`, whose arms do not predict the test clips",
            fix="Train the arm that you want with `blemore train`.",
        )


def _check_same_source(metrics: Mapping[str, RunMetrics]) -> None:
    """Refuses runs of several indexes, and runs whose out-of-fold figures cannot be compared."""
    for key, meaning in (("index_sha256", "index"), ("protocol", "protocol")):
        values = {name: str(getattr(figures, key))[:12] for name, figures in metrics.items()}
        if len(set(values.values())) > 1:
            differing = ", ".join(f"{name} has {value}" for name, value in values.items())
            raise ArtefactError(
                f"fused runs must have the same {meaning} ({key} in metrics.json): {differing}",
                fix=f"Fuse runs of one {meaning}.",
            )


def _load(run: RunFolder, index: Index) -> Loaded:
    config = run.config()
    limit_threads(config.train.threads)
    if config.train.standardize == "person":
        check_persons(index.clips)
    table = mapped_table(index, config.model.encoders, config.train.standardize, run.path.parent)
    if not table.clips.is_test.any():
        raise ArtefactError(
            f"a submission needs test clips, and {index.path} has none",
            fix="Index again with --test-metadata, and train again.",
        )
    return load_models(model_folders(run), table), table


def _decoder(run: RunFolder, metrics: RunMetrics) -> Decoder:
    if metrics.decoder is None:
        raise ArtefactError(
            f"{run.path / 'metrics.json'} must hold the run's decoder", fix="Restore it, or train again."
        )
    return metrics.decoder


def _fusion(loaded: Mapping[str, Loaded]) -> LateFusion:
    """Weights of several runs by their out-of-fold predictions, which are of the same clips."""
    oof = {name: _averaged(predict_held_out(*models)[0], models[1]) for name, models in loaded.items()}
    (first, (clips, _)), *rest = oof.items()
    for name, (left_out, _) in rest:
        if not np.array_equal(left_out.filename, clips.filename):
            raise ArtefactError(
                f"fused runs must have left out the same clips, and {first} has left out {len(clips)} in "
                f"{_folds(clips)}, {name} {len(left_out)} in {_folds(left_out)}",
                fix="Complete their folds with --resume.",
            )
    prob = {name: mean for name, (_, mean) in oof.items()}
    return fit_late_fusion(clips, prob, generator=numpy_generator(0, "late fusion"))


def _folds(clips: Clips) -> str:
    return f"folds {', '.join(map(str, np.unique(clips.fold)))}"


def _averaged(predictions: Predictions, table: FeatureTable) -> tuple[Clips, Floats]:
    """The N predicted clips in the order of the index, and (N, 36) probabilities, mean over the models of a run."""
    clips = predicted_clips(predictions, table)
    return clips, mean_prob(predictions, clips)
