"""Identification of the persons in an index's test clips, checked on the known actors of its training clips."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from blemore_cli.core.errors import DataError, listed
from blemore_cli.core.types import Bools, Ints, Strings
from blemore_cli.data.index.file import Index
from blemore_cli.evaluation.person_clusters import MIN_ARI, actor_ari, actor_clusters, cluster_persons


@dataclass(frozen=True)
class Identification:
    """Persons who seem to be seen in the M test clips.

    Attributes:
        encoders: The identity encoders.
        filename: (M,) the test clips.
        person: (M,) names such as `person-01`, numbered by first appearance.
        n_persons: Number of persons.
        silhouette: Mean silhouette width of the test clips' clusters.
        ari_train: Adjusted Rand index of the same procedure on the training clips; None without two known actors.
    """

    encoders: tuple[str, ...]
    filename: Strings
    person: Strings
    n_persons: int
    silhouette: float
    ari_train: float | None


def identify_persons(index: Index, encoders: Sequence[str], n_persons: int | None = None) -> Identification:
    """Clusters the test clips by encoders, and the training clips to check whether the clusters are persons.

    Either set of clips is clustered separately; the training actors serve to check the clusters alone.

    Args:
        index: The index.
        encoders: Names of the identity encoders, whose distances are averaged.
        n_persons: Number of persons in the test clips, where known; the number of training actors is then given too.
            Otherwise both numbers are chosen by the silhouette.

    Raises:
        ArtefactError: If the index lacks an encoder.
        DataError: If there is no test clip, an encoder lacks one, or they are too few.
    """
    clips = index.clips
    for encoder in encoders:
        _check_test_clips(index, encoder)
    features = [index.features(encoder) for encoder in encoders]
    rows, cluster = known_clusters(index, encoders, is_number_known=n_persons is not None)
    clusters = cluster_persons([matrix[clips.is_test] for matrix in features], n_persons)
    width = max(2, len(str(clusters.n_persons)))
    return Identification(
        encoders=tuple(encoders),
        filename=clips.filename[clips.is_test],
        person=np.array([f"person-{number + 1:0{width}d}" for number in clusters.cluster]),
        n_persons=clusters.n_persons,
        silhouette=clusters.silhouette,
        ari_train=None if cluster is None else actor_ari(clips.actor[rows], cluster),
    )


def known_clusters(index: Index, encoders: Sequence[str], *, is_number_known: bool) -> tuple[Bools, Ints | None]:
    """Clusters of the training clips by identity encoders, which do not read the actors.

    Returns:
        (N,) the training clips of known actors that have all the encoders, and the cluster of each; None where they
        are fewer than three, or of one actor.
    """
    clips = index.clips
    rows = ~clips.is_test & (clips.actor != "")
    for encoder in encoders:
        rows &= _usable(index, encoder)
    actor = clips.actor[rows]
    if len(np.unique(actor)) < 2 or len(actor) < 3:
        return rows, None
    features = [index.features(encoder)[rows] for encoder in encoders]
    return rows, actor_clusters(features, actor, is_number_known=is_number_known)


def _usable(index: Index, encoder: str) -> Bools:
    usable: Bools = index.present(encoder) & np.isfinite(index.features(encoder)).all(axis=1)
    return usable


def _check_test_clips(index: Index, encoder: str) -> None:
    is_test, is_usable = index.clips.is_test, _usable(index, encoder)
    if not is_test.any():
        raise DataError(
            f"persons are found in test clips, and {index.path} has none", fix="Index again with --test-metadata."
        )
    if absent := index.clips.filename[is_test & ~is_usable].tolist():
        raise DataError(
            f"an encoder of identity must have features of every test clip, and {encoder} lacks {listed(absent)}",
            fix="Extract these clips and index again, or name another --encoder.",
        )


def check_reliable(result: Identification) -> None:
    """Refuses clusters that are not known to be persons.

    Raises:
        DataError: If the adjusted Rand index on the training actors is below `MIN_ARI`, or cannot be measured.
    """
    ari = result.ari_train
    if ari is None or ari < MIN_ARI:
        actual = "training clips of two known actors are missing" if ari is None else f"it is {ari:.2f}"
        raise DataError(
            f"clusters of {' and '.join(result.encoders)} must agree with the training actors (adjusted Rand index "
            f"{MIN_ARI} or more) to be taken for persons, and {actual}",
            fix="Name an encoder of identity (speaker or face embeddings) or the number with --persons; --force writes"
            " them all the same.",
        )
