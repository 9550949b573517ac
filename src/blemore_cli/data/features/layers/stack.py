"""Layers of one clip: arrays [L, T, D] or [L, D] split into the features of each layer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from blemore_cli.core.choices import Aggregate
from blemore_cli.data.features.folder import aggregated_at
from blemore_cli.data.features.frames import FrameRules
from blemore_cli.data.features.parsing import checked_numbers
from blemore_cli.data.features.records import ClipFeatures

_FIX: Final = "Save the layers of a clip as one array [L, T, D] of numbers."


@dataclass(frozen=True)
class Splitting:
    """How the layers of clips become features.

    Attributes:
        read: Reads the array of a clip at a place, of any number of axes; it must pickle.
        positions: The chosen layers, by their position in the array.
        is_mean: Whether their mean over the layers is taken.
        is_pooled: Whether arrays are [L, D], one row a layer; else [L, T, D].
    """

    read: Callable[[Any], ClipFeatures]
    positions: tuple[int, ...]
    is_mean: bool
    is_pooled: bool

    @property
    def n_features(self) -> int:
        """How many features a clip gives."""
        return 1 if self.is_mean else len(self.positions)


@dataclass(frozen=True)
class ClipLayers:
    """The layers of one clip.

    Attributes:
        n_layers: How many layers its file has; 1 where it has none, and 0 where the clip has no frame.
        sha256: Hexadecimal checksum of its file.
        features: The chosen ones, aggregated; none where the file lacks one of them.
    """

    n_layers: int
    sha256: str
    features: tuple[ClipFeatures, ...]


def split_layers(
    splitting: Splitting, aggregate: Aggregate, rules: FrameRules, places: Sequence[Any]
) -> list[ClipLayers]:
    """Reads the clips at some places, each once for all its layers, with the frames that count as one row a layer."""
    return [_layers_at(splitting, aggregate, rules, place) for place in places]


def layers_of(array: np.ndarray, *, is_pooled: bool = False) -> np.ndarray | None:
    """An array with its layers first, [L, T, D], without the axis of a batch of one; none where it has no layers.

    Examples:
        >>> [layers_of(np.ones(shape)).shape for shape in ((13, 1, 9, 4), (1, 13, 9, 4), (13, 1, 4))]
        [(13, 9, 4), (13, 9, 4), (13, 1, 4)]
    """
    if array.ndim == 4 - is_pooled and 1 in array.shape[:2]:
        array = array[0] if array.shape[0] == 1 else array[:, 0]
    return array if array.ndim == 3 - is_pooled and array.shape[0] > 1 else None


def _layers_at(splitting: Splitting, aggregate: Aggregate, rules: FrameRules, place: Any) -> ClipLayers:
    clip = splitting.read(place)
    array = clip.features
    if array.size == 0:
        no_frame = replace(clip, features=np.zeros((0,), dtype=np.float32))
        return ClipLayers(0, clip.sha256, (no_frame,) * splitting.n_features)
    layers = layers_of(array, is_pooled=splitting.is_pooled)
    if layers is None or len(layers) <= max(splitting.positions):
        return ClipLayers(1 if layers is None else len(layers), clip.sha256, ())
    chosen = [layers[position] for position in splitting.positions]
    arrays = [_mean(chosen)] if splitting.is_mean else chosen
    rows = [replace(clip, features=_checked(array, place)) for array in arrays]
    features = tuple(aggregated_at(place, row, aggregate, rules) for row in rows)
    return ClipLayers(len(layers), clip.sha256, features)


def _checked(array: np.ndarray, place: Any) -> np.ndarray:
    return checked_numbers(array, place, dimensions=(1, 2), fix=_FIX)


def _mean(arrays: Sequence[np.ndarray]) -> np.ndarray:
    """The mean of arrays of one shape, summed in float64, in float32 or the wider type of the arrays."""
    mean = np.asarray(np.mean(arrays, axis=0, dtype=np.float64))
    return mean.astype(np.float64 if arrays[0].dtype == np.float64 else np.float32)
