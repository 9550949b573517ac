"""A submission of several runs: their fold models predict again, and the distributions are mixed."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from blemore_cli.core.choices import MatchPrior, Standardize
from blemore_cli.core.errors import ArtefactError, UsageError
from blemore_cli.core.rng import numpy_generator
from blemore_cli.core.types import Clips, Floats
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.evaluation.late_fusion import LateFusion, fit_late_fusion
from blemore_cli.experiments.inference.fold_models import (
    averaged,
    held_out_predictions,
    labels_by_name,
    submittable,
    test_predictions,
)
from blemore_cli.experiments.inference.transduction import transduction
from blemore_cli.experiments.runs.find import find_run
from blemore_cli.experiments.runs.folder import ARMS, RunFolder
from blemore_cli.training.checkpoint import Checkpoint


@dataclass(frozen=True)
class FusedSubmission:
    """What is submitted of several runs, and what is known of it.

    Attributes:
        labels: Label of each test clip, in the order of the index.
        fusion: Weights and gain.
        protocol: Protocol of the runs.
        standardize: Groups that features are standardised within; of several runs, that of the one that reads most.
        match_prior: The same of the groups whose label shares are matched.
    """

    labels: dict[str, int]
    fusion: LateFusion
    protocol: str
    standardize: Standardize
    match_prior: MatchPrior = "none"

    def as_json(self) -> dict[str, Any]:
        """What `blemore submit --json` says of the fusion."""
        fusion = asdict(self.fusion)
        del fusion["decoder"]
        return {"protocol": self.protocol, **fusion}


@dataclass(frozen=True)
class RunPredictions:
    """What a run says, mean over its models.

    Attributes:
        clips: The N clips of the folds that were left out, in the order of the index.
        oof_prob: (N, 36) out-of-fold probabilities.
        test_names: The T test clips, in the order of the index.
        test_prob: (T, 36) probabilities.
    """

    clips: Clips
    oof_prob: Floats
    test_names: list[str]
    test_prob: Floats


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
    return [find_run(root, name) for name in dict.fromkeys(names)] if names else [find_run(root, None)]


def fused_submission(runs: Sequence[RunFolder], index: Path) -> FusedSubmission:
    """Predicts with the fold models of several runs, mixes them by their out-of-fold Score, and decodes.

    Args:
        runs: Finished runs that left out the same clips of the same index by the same protocol.
        index: The index that they were trained on, wherever it is now.

    Returns:
        The labels, and the fusion that they come from.

    Raises:
        UsageError: If a run is one of arms.
        ArtefactError: If an artefact is missing, damaged, or does not fit, or runs do not fit each other.
        DataError: If they left out fewer than two folds.
    """
    _check_fit(runs)
    said = {run.name: _predictions(*submittable(run, index)) for run in runs}
    clips, test_names = _common_clips(said)
    oof_prob = {name: each.oof_prob for name, each in said.items()}
    fusion = fit_late_fusion(clips, oof_prob, generator=numpy_generator(0, "late fusion"))
    prob = fusion.mixed({name: each.test_prob for name, each in said.items()})
    read = transduction([run.config() for run in runs])
    return FusedSubmission(
        labels_by_name(test_names, fusion.decoder.labels(prob)),
        fusion,
        protocol=runs[0].config().train.protocol,
        standardize=read["standardize"],
        match_prior=read["match_prior"],
    )


def _check_fit(runs: Sequence[RunFolder]) -> None:
    """Refuses runs of several indexes, and runs whose out-of-fold figures cannot be compared."""
    for key, meaning in (("index_sha256", "index"), ("protocol", "protocol")):
        values = {run.name: str(run.metrics().get(key, "none"))[:12] for run in runs}
        if len(set(values.values())) > 1:
            found = ", ".join(f"{name} has {value}" for name, value in values.items())
            raise ArtefactError(
                f"fused runs must have the same {meaning} ({key} in metrics.json): {found}",
                fix=f"Fuse runs of one {meaning}.",
            )


def _common_clips(said: Mapping[str, RunPredictions]) -> tuple[Clips, list[str]]:
    """The clips out of fold and the names of the test clips, which are the same for all runs."""
    (first, reference), *others = said.items()
    for name, each in others:
        if not np.array_equal(each.clips.filename, reference.clips.filename):
            raise ArtefactError(
                f"fused runs must have left out the same clips, and {first} has left out {len(reference.clips)} in "
                f"{_folds(reference.clips)}, {name} {len(each.clips)} in {_folds(each.clips)}",
                fix="Complete their folds with --resume.",
            )
    return reference.clips, reference.test_names


def _folds(clips: Clips) -> str:
    return f"folds {', '.join(map(str, np.unique(clips.fold)))}"


def _predictions(models: Sequence[Checkpoint], table: FeatureTable) -> RunPredictions:
    names, prob = averaged(held_out_predictions(models, table)[0])
    row = {str(name): i for i, name in enumerate(table.clips.filename)}
    rows = np.array([row[name] for name in names])
    order = np.argsort(rows)
    return RunPredictions(table.clips.take(rows[order]), prob[order], *averaged(test_predictions(models, table)[0]))
