"""Feature table of an index whose wide encoders are standardised once and memory-mapped by all processes."""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from blemore_cli.core.choices import Standardize
from blemore_cli.core.gram import BLOCK
from blemore_cli.core.types import Clips
from blemore_cli.data.index.array_cache import ArrayCache
from blemore_cli.data.index.check import EncoderInfo
from blemore_cli.data.index.feature_table import (
    FeatureTable,
    standardised,
    without_features,
    without_unidentified_test_clips,
)
from blemore_cli.data.index.file import Index

CACHE: Final = ".cache"
"""Folder among the runs for what runs of an index share; it may be deleted at any time."""

GROUP_DIGITS: Final = 12
"""Digits of the checksum of an encoder's features that the names of arrays made of them have."""


def mapped_table(index: Index, encoders: Sequence[str], standardize: Standardize, runs: Path) -> FeatureTable:
    """The same table as `load_table`, without test clips of unknown persons where persons are standardised.

    Raises:
        ArtefactError: If the index lacks an encoder, or if a training clip has none of the chosen ones.
    """
    table = without_features(index, encoders)
    ArrayCache(runs / CACHE).keep_only([_group(info) for info in index.encoders.values()])
    features = tuple(_features(index, name, standardize, runs / CACHE) for name in table.names)
    if standardize == "person":
        table = without_unidentified_test_clips(table)
    return replace(table, features=features)


def cache_bytes(runs: Path) -> int:
    """Size of what the runs of a project share."""
    total = 0
    for path in (runs / CACHE).glob("*"):
        with suppress(OSError):  # removed in this moment
            total += path.stat().st_size
    return total


def _group(encoder: EncoderInfo) -> str:
    return encoder.features_sha256[:GROUP_DIGITS]


def _features(index: Index, name: str, standardize: Standardize, folder: Path) -> NDArray[np.float32]:
    def made() -> NDArray[np.float32]:
        raw = index.features(name)
        blocks = tuple(raw[:, start : start + BLOCK] for start in range(0, raw.shape[1], BLOCK))
        table = FeatureTable((name,), blocks, index.present(name)[:, None], index.clips, index.sha256)
        if standardize == "person":
            table = without_unidentified_test_clips(table)
        return np.concatenate(standardised(table, standardize).features, axis=1)

    info = index.encoders[name]
    if info.dim <= int((~index.clips.is_test).sum()):
        return made()
    cache = ArrayCache(folder, _group(info))
    return cache.array("standardised", (info.features_sha256, standardize, _digest(index.clips)), made)


def _digest(clips: Clips) -> str:
    """Checksum of what standardisation reads of the clips."""
    columns = clips.fold, clips.is_test, clips.actor
    return hashlib.sha256(b"".join(np.ascontiguousarray(column).tobytes() for column in columns)).hexdigest()
