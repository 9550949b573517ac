"""Person clusters of anonymous clips by the features of identity encoders, such as a speaker's and a face's.

Rows of each encoder are standardised over the clips at hand and scaled to unit length, so that squared Euclidean
distances are cosine distances; those of several encoders are averaged. Clips are merged by Ward's criterion, which of
the usual linkages recovered planted persons best.
Source: Ward (1963), Journal of the American Statistical Association 58(301); Rousseeuw (1987), Journal of
Computational and Applied Mathematics 20, for the silhouette.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.cluster.hierarchy import cut_tree, linkage
from scipy.spatial.distance import pdist, squareform
from sklearn.metrics import adjusted_rand_score, silhouette_score

from blemore_cli.core.errors import DataError
from blemore_cli.core.types import Floats, Ints, Strings

MAX_PERSONS: Final = 100
"""Most persons that are tried where their number is not given."""

MIN_ARI: Final = 0.8
"""Adjusted Rand index on training actors below which clusters are not taken for persons: chance is 0, perfect 1."""


@dataclass(frozen=True)
class PersonClusters:
    """Clips grouped by the person who seems to be seen.

    Attributes:
        cluster: (N,) cluster of each clip, from 0 in order of first appearance.
        silhouette: Mean silhouette width in [-1, 1], by cosine distance; 0 for one cluster.
    """

    cluster: Ints
    silhouette: float

    @property
    def n_persons(self) -> int:
        """Number of clusters."""
        return int(self.cluster.max()) + 1


def cluster_persons(features: Sequence[Floats], n_persons: int | None = None) -> PersonClusters:
    """Clusters clips by the features of identity encoders.

    Args:
        features: (N, D) finite features of each encoder.
        n_persons: Number of persons; None takes the number with the largest mean silhouette, of equal ones the
            smallest, among 2 to `MAX_PERSONS`.

    Raises:
        DataError: If there are fewer clips than the persons take: 3, or `n_persons`.

    Examples:
        >>> features = np.array([[5.0, 0.1], [5.2, 0.0], [0.0, 5.1], [0.2, 5.0], [-5.0, -5.0], [-5.1, -5.0]])
        >>> cluster_persons([features]).cluster.tolist()
        [0, 0, 1, 1, 2, 2]
    """
    n_least, n_clips = n_persons or 3, len(features[0])
    if n_clips < n_least:
        raise DataError(
            f"finding {n_persons or 'the'} persons takes {n_least} clips or more, got {n_clips}",
            fix="Give a smaller --persons." if n_persons else "Write a column video_id into the metadata by hand.",
        )
    squares = np.mean([pdist(_unit_rows(rows), "sqeuclidean") for rows in features], axis=0)
    distances = np.sqrt(squares)
    numbers = [n_persons] if n_persons else list(range(2, min(MAX_PERSONS, n_clips - 1) + 1))
    cuts = cut_tree(linkage(distances, "ward"), numbers).T
    cosine = squareform(squares / 2)
    widths = [_silhouette(cosine, cut) for cut in cuts]
    best = int(np.argmax(widths))
    return PersonClusters(_by_appearance(cuts[best]), widths[best])


def _unit_rows(features: Floats) -> Floats:
    values = np.asarray(features, dtype=np.float64)
    spread = values.std(axis=0)
    scaled = (values - values.mean(axis=0)) / np.where(spread > 0, spread, 1)
    length = np.linalg.norm(scaled, axis=1, keepdims=True)
    unit: Floats = scaled / np.where(length > 0, length, 1)
    return unit


def _silhouette(distance: Floats, cluster: Ints) -> float:
    """Mean silhouette width; 0 for one cluster, or one a row, where it is not defined."""
    n_clusters = int(cluster.max()) + 1
    if not 1 < n_clusters < len(cluster):
        return 0.0
    return float(silhouette_score(distance, cluster, metric="precomputed"))


def _by_appearance(cluster: Ints) -> Ints:
    _, first, index = np.unique(cluster, return_index=True, return_inverse=True)
    rank: Ints = first.argsort().argsort().astype(np.int64)[index]
    return rank


def actor_clusters(features: Sequence[Floats], actor: Strings, *, is_number_known: bool) -> Ints:
    """(N,) clusters of training clips, which do not read the actors; the number of actors may be given to them."""
    return cluster_persons(features, len(np.unique(actor)) if is_number_known else None).cluster


def actor_ari(actor: Strings, cluster: Ints) -> float:
    """Adjusted Rand index of clusters of clips with their actors.

    1 where clusters are the actors, about 0 where they are as good as random.

    Source:
        Hubert and Arabie (1985), Journal of Classification 2.
    """
    return float(adjusted_rand_score(actor, cluster))
