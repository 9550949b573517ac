"""Checksums of the parts of an index: each feature matrix, the rest of each group, and all groups together."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

import h5py
import numpy as np
from numpy.typing import NDArray

CHECKSUM: Final = "checksum"
"""Attribute of each group, and of the file."""

CLIP_COLUMNS: Final = ("filename", "actor", "split", "fold", "label")
CLIP_ATTRIBUTES: Final = ("train_metadata_sha256", "test_metadata_sha256")
ENCODER_COLUMNS: Final = ("present", "columns")
ENCODER_ATTRIBUTES: Final = ("modality", "source", "aggregate", "sha256", "settings", "features_sha256")


def matrix_sha256(matrix: NDArray[Any]) -> str:
    """The hexadecimal SHA-256 of a matrix: of its type, its shape and its values in the order of rows."""
    digest = hashlib.sha256(f"{matrix.dtype.str} {matrix.shape}\n".encode())
    digest.update(np.ascontiguousarray(matrix).data)
    return digest.hexdigest()


def group_checksum(group: h5py.Group, columns: Iterable[str], attributes: Mapping[str, str | None]) -> str:
    """The hexadecimal SHA-256 of a group's name, of some attributes, and of its datasets of some names.

    Args:
        group: The clips, or an encoder.
        columns: Names of datasets; those that the group lacks are left out.
        attributes: The attributes by name; None where the group lacks one.
    """
    digest = hashlib.sha256(f"{group.name}\n".encode())
    for name, value in attributes.items():
        digest.update(f"{name}={value!r}\n".encode())
    for name in columns:
        if name in group.keys():  # noqa: SIM118 (`in group` would follow paths)
            digest.update(f"{name} {matrix_sha256(np.asarray(group[name][()]))}\n".encode())
    return digest.hexdigest()


def index_checksum(clips: str, encoders: Mapping[str, str]) -> str:
    """The hexadecimal SHA-256 of the checksums of the clips, and of each encoder by name."""
    lines = [f"{name}={checksum}\n" for name, checksum in sorted(encoders.items())]
    return hashlib.sha256("".join([f"{clips}\n", *lines]).encode()).hexdigest()
