"""Cost of errors of an identification: Score of a run when features are standardised within persons that were found.

The fold models were trained with the true actors, as they are for the test clips; the clips that they left out are
standardised anew within clusters, or within actors some of whom are merged or split. No label of a test clip is read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from blemore_cli.core.errors import DataError, UsageError
from blemore_cli.core.rng import numpy_generator
from blemore_cli.core.types import Clips, Ints, Strings
from blemore_cli.data.index.feature_table import FeatureTable, standardised
from blemore_cli.data.index.file import Index
from blemore_cli.evaluation.person_clusters import actor_ari
from blemore_cli.evaluation.person_errors import PersonErrors, person_errors, with_merged, with_split
from blemore_cli.evaluation.scoring.correct_counts import actor_index, correct_counts
from blemore_cli.evaluation.statistics.actor_bootstrap import score_difference, score_intervals
from blemore_cli.experiments.data_checks.identification import known_clusters
from blemore_cli.experiments.execution.scheduler import Progress
from blemore_cli.experiments.inference.fold_models import load_models, model_folders
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.experiments.runs.persons_file import PersonsCost, PersonsKind, PersonsResult
from blemore_cli.experiments.stress.corrupted_table import in_memory, raw_table
from blemore_cli.experiments.stress.held_out import held_out
from blemore_cli.training.device import limit_threads

N_DRAWS: Final = 5
"""Random draws of the actors that are merged or split."""

SCALE: Final = 0.25
"""A share of the actors that is always simulated, beside the measured one: the same for every project."""


@dataclass(frozen=True)
class _Persons:
    """Persons (N,) of the training clips, of each draw."""

    kind: PersonsKind
    share: float
    draws: tuple[Strings, ...]


def cost_of_errors(
    run: RunFolder, index: Index, encoders: Sequence[str], *, is_number_known: bool, progress: Progress
) -> PersonsCost:
    """Predicts the held-out clips of a run with the persons that encoders find, and with simulated errors.

    Args:
        run: A finished run, or an arm of one, with features standardised within persons.
        index: The index that it was trained on.
        encoders: Encoders of identity.
        is_number_known: Whether the number of actors is given to the clustering.
        progress: Called with the name of the work, what is done of it, and all of it.

    Raises:
        UsageError: If the run does not standardise within persons.
        DataError: If there are not two known actors.
        ArtefactError: If a checkpoint is missing, damaged, or does not fit.
    """
    config = run.config()
    if "person" not in (config.train.standardize, config.decode.match_prior):
        raise UsageError(
            f"errors in persons cost a run that reads persons, and {run.name} has train.standardize="
            f"{config.train.standardize}",
            fix="Name a run of `blemore train --set train.standardize=person`.",
        )
    limit_threads(config.train.threads)
    raw = in_memory(raw_table(index, tuple(config.model.encoders or index.encoders), "global"))
    actor, cluster = _found(index, encoders, raw.clips, is_number_known=is_number_known)
    known = cluster >= 0
    errors = person_errors(actor[known], cluster[known])
    models = load_models(model_folders(run), raw)
    conditions, labels = list(_conditions(raw.clips, cluster, errors)), []
    for done, persons in enumerate(conditions):
        progress("predictions", done, len(conditions))
        tables = (standardised(_seen_as(raw, draw), config.train.standardize) for draw in persons.draws)
        labels.append([held_out(models, table, config) for table in tables])
    progress("predictions", len(conditions), len(conditions))
    clips = raw.clips.take(np.isin(raw.clips.filename, labels[0][0].clips.filename))
    stacked = [np.concatenate([held.label for held in of_draws]) for of_draws in labels]
    return PersonsCost(
        run=run.name,
        encoders=tuple(encoders),
        ari_train=actor_ari(actor[known], cluster[known]),
        merged=errors.merged,
        split=errors.split,
        n_actors=len(np.unique(clips.actor)),
        n_clips=len(clips),
        n_draws=N_DRAWS,
        results=tuple(_result(clips, *each, stacked[0]) for each in zip(conditions, stacked, strict=True)),
    )


def _found(index: Index, encoders: Sequence[str], clips: Clips, *, is_number_known: bool) -> tuple[Strings, Ints]:
    """(N,) actors of the training clips, and their clusters, -1 where they lack an encoder."""
    rows, cluster = known_clusters(index, encoders, is_number_known=is_number_known)
    if cluster is None:
        raise DataError(
            "identification is judged on the training clips of two known actors or more, and these are missing",
            fix="Index training clips with their actors and the encoders of identity.",
        )
    whole = np.full(len(index.clips), -1)
    whole[rows] = cluster
    return clips.actor, whole[~index.clips.is_test]


def _conditions(clips: Clips, cluster: Ints, errors: PersonErrors) -> Iterator[_Persons]:
    actor, fold = clips.actor, clips.fold
    yield _Persons("true actors", 0, (actor,))
    clusters = np.array([f"person-{number}" for number in cluster])
    yield _Persons("found", 0, (np.where(cluster >= 0, clusters, actor),))
    for share in sorted({errors.merged, SCALE} - {0}):
        draws = [numpy_generator(number, "merged persons") for number in range(N_DRAWS)]
        yield _Persons("merged", share, tuple(with_merged(actor, fold, share, draw) for draw in draws))
    for share in sorted({errors.split, SCALE} - {0}):
        draws = [numpy_generator(number, "split persons") for number in range(N_DRAWS)]
        yield _Persons("split", share, tuple(with_split(actor, share, draw) for draw in draws))


def _seen_as(table: FeatureTable, person: Strings) -> FeatureTable:
    return replace(table, clips=replace(table.clips, actor=person))


def _result(clips: Clips, persons: _Persons, label: Ints, true: Ints) -> PersonsResult:
    """Scores of predicted labels (draws x seeds, N), beside those (seeds, N) with the true actors."""
    alike = np.tile(true, (len(persons.draws), 1))
    change = score_difference(clips, label, alike, generator=numpy_generator(0, "persons"))
    counts = correct_counts(actor_index(clips), clips.label, label)
    return PersonsResult(
        kind=persons.kind,
        share=persons.share,
        score=change.a,
        ci95=score_intervals(counts, generator=numpy_generator(0, "actor bootstrap"))["score"],
        change=change.difference,
        change_ci95=change.ci95,
    )
