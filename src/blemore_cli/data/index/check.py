"""Rules of the index format, checked whenever an index is opened.

Each check raises an `ArtefactError` that names the file and the rule that is broken.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, get_args

import h5py
import numpy as np
from numpy.typing import NDArray

from blemore_cli.core.choices import Modality
from blemore_cli.core.errors import ArtefactError
from blemore_cli.core.labels import N_EMOTIONS, SALIENCE
from blemore_cli.core.types import TEST_FOLD, UNLABELLED, Clips, Floats, Ints, Strings
from blemore_cli.data.index.checksum import (
    CHECKSUM,
    CLIP_ATTRIBUTES,
    CLIP_COLUMNS,
    ENCODER_ATTRIBUTES,
    ENCODER_COLUMNS,
    group_checksum,
    index_checksum,
    matrix_sha256,
)

FORMAT: Final = "blemore-index"
VERSION: Final = 2
SPLITS: Final = ("train", "test")
ENCODER_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]*")

_SALIENCE_TOLERANCE: Final = 1e-6
_DAMAGED: Final = "had another checksum when it was written: the file is damaged"


@dataclass(frozen=True)
class EncoderInfo:
    """Attributes of an encoder in an index.

    Attributes:
        dim: Width D of its features.
        modality: Video, audio or both.
        source: Where the features were read.
        aggregate: How frames became one row; `static` where the source had one row a clip.
        sha256: Hexadecimal checksum of the source.
        settings: The configuration keys that decide how the source is read, as JSON.
        features_sha256: Hexadecimal checksum of the feature matrix.
        n_missing: Number of clips without features.
        columns: Names of the W columns of a frame, or of a row of the source, where they have names; the
            D = n_statistics * W features are in the order (statistic, column).
    """

    dim: int
    modality: Modality
    source: str
    aggregate: str
    sha256: str
    settings: str
    features_sha256: str
    n_missing: int
    columns: tuple[str, ...] = ()


def require(condition: object, path: Path, rule: str) -> None:
    """Refuses an index that breaks a rule."""
    if not condition:
        raise ArtefactError(
            f"{path} must be an index of blemore, but {rule}", fix="Run `blemore index` again to rebuild it."
        )


def checked_root(file: h5py.File, path: Path) -> None:
    """Checks format, version and completeness, and that the two groups are in this file."""
    require(_text(file, "format") == FORMAT, path, f"its attribute format is not {FORMAT}")
    version = _attribute(file, "version")
    require(np.array_equal(version, VERSION), path, f"its version is {version}, and this program reads {VERSION}")
    require(np.array_equal(_attribute(file, "complete"), True), path, "it is incomplete: writing it was interrupted")
    for name in ("clips", "encoders"):
        _member(file, name, h5py.Group, path)
    require(len(file["encoders"]), path, "it has no encoders")


def checked_whole(file: h5py.File, path: Path) -> str:
    """The checksum of all groups, once it is that of the groups that are there."""
    encoders = {name: str(_text(group, CHECKSUM)) for name, group in file["encoders"].items()}
    checksum = index_checksum(str(_text(file["clips"], CHECKSUM)), encoders)
    require(_text(file, CHECKSUM) == checksum, path, f"the list of its groups {_DAMAGED}")
    return checksum


def recorded_metadata(clips: h5py.Group) -> dict[str, str]:
    """The checksum of the metadata file of each split that has one."""
    checksums = {split: _text(clips, name) for split, name in zip(SPLITS, CLIP_ATTRIBUTES, strict=True)}
    return {split: checksum for split, checksum in checksums.items() if checksum}


def checked_clips(group: h5py.Group, path: Path) -> Clips:
    """Reads the clips, and checks type, length and values of each column."""
    filename, actor, split = (_strings(group, name, path) for name in ("filename", "actor", "split"))
    fold = _array(group, "fold", "iu", (len(filename),), path).astype(np.int64)
    salience = _array(group, "label", "f", (len(filename), N_EMOTIONS), path)
    require(len(filename) == len(actor) == len(split), path, "its columns of clips differ in length")
    require(len(filename) and len(set(filename.tolist())) == len(filename), path, "its clip names are not unique")
    require(np.isin(split, SPLITS).all(), path, "a split is neither train nor test")
    is_test = split == "test"
    require(((fold == TEST_FOLD) == is_test).all() and (fold >= TEST_FOLD).all(), path, "a fold does not fit its split")
    labels = _labels(salience, path)
    require((labels[~is_test] != UNLABELLED).all(), path, "a training clip has no label")
    _check_sum(group, CLIP_COLUMNS, CLIP_ATTRIBUTES, "the group of clips", path)
    return Clips(filename, actor, is_test, fold, labels)


def checked_encoder(encoders: h5py.Group, name: str, n_clips: int, path: Path) -> EncoderInfo:
    """Checks types and shapes of an encoder's datasets and attributes without reading its features."""
    require(ENCODER_NAME.fullmatch(name), path, f"it has an encoder named {name!r}")
    group = _member(encoders, name, h5py.Group, path)
    features = _dataset(group, "features", path)
    require(
        features.dtype == np.float32 and features.ndim == 2 and len(features) == n_clips and features.shape[1] > 0,
        path,
        f"the features of {name} are {list(features.shape)} of {features.dtype}, not [{n_clips}, D] of float32",
    )
    present = _array(group, "present", "b", (n_clips,), path)
    attributes: dict[str, Any] = {key: _text(group, key) for key in ENCODER_ATTRIBUTES}
    absent = [key for key, value in attributes.items() if value is None]
    require(not absent, path, f"encoder {name} lacks {', '.join(absent)}")
    require(attributes["modality"] in get_args(Modality), path, f"encoder {name} has no known modality")
    dim = int(features.shape[1])
    columns = _columns(group, name, dim, path)
    _check_sum(group, ENCODER_COLUMNS, ENCODER_ATTRIBUTES, f"encoder {name}", path)
    return EncoderInfo(dim=dim, n_missing=int(n_clips - present.sum()), columns=columns, **attributes)


def check_features(features: NDArray[np.float32], info: EncoderInfo, name: str, path: Path) -> None:
    """Refuses a feature matrix that is not as it was written."""
    require(matrix_sha256(features) == info.features_sha256, path, f"the features of encoder {name} {_DAMAGED}")


def _check_sum(group: h5py.Group, columns: Iterable[str], attributes: Iterable[str], what: str, path: Path) -> None:
    """Refuses a group that is not, but for its feature matrix, as it was written."""
    checksum = group_checksum(group, columns, {key: _text(group, key) for key in attributes})
    require(_text(group, CHECKSUM) == checksum, path, f"{what} {_DAMAGED}")


def _columns(group: h5py.Group, name: str, dim: int, path: Path) -> tuple[str, ...]:
    """Names of the columns that each statistic has, where the index holds them."""
    if "columns" not in group.keys():  # noqa: SIM118 (`in group` would follow paths)
        return ()
    columns = tuple(_strings(group, "columns", path).tolist())
    is_repeated = bool(columns) and dim % len(columns) == 0
    require(is_repeated, path, f"encoder {name} has {len(columns)} names of columns for a width of {dim}")
    return columns


def _labels(salience: Floats, path: Path) -> Ints:
    """Positions of the permitted labels (N,) of salience distributions (N, 6), -1 where all are NaN."""
    unlabelled = np.isnan(salience).all(axis=1)
    distance = np.abs(salience[:, None] - SALIENCE).max(axis=2)
    require(
        ((distance.min(axis=1) <= _SALIENCE_TOLERANCE) | unlabelled).all(),
        path,
        "a label is not one of the 36 permitted",
    )
    return np.where(unlabelled, UNLABELLED, distance.argmin(axis=1)).astype(np.int64)


def _member(group: h5py.Group, name: str, kind: type, path: Path) -> Any:
    """A member stored in this very file: soft and external links could read anything else."""
    where = f"{group.name.rstrip('/')}/{name}"
    require(name in group.keys(), path, f"{where} is missing")  # noqa: SIM118 (`in group` would follow paths)
    require(isinstance(group.get(name, getlink=True), h5py.HardLink), path, f"{where} is a link to elsewhere")
    member = group[name]
    require(isinstance(member, kind), path, f"{where} is not a {kind.__name__.lower()}")
    return member


def _dataset(group: h5py.Group, name: str, path: Path) -> h5py.Dataset:
    dataset = _member(group, name, h5py.Dataset, path)
    require(not dataset.is_virtual and not dataset.external, path, f"{dataset.name} is stored in another file")
    stored = dataset.id.get_storage_size()
    is_whole = dataset.chunks is not None or stored >= dataset.size * dataset.dtype.itemsize
    require(is_whole, path, f"{dataset.name} was never filled")
    return dataset


def _array(group: h5py.Group, name: str, kinds: str, shape: tuple[int, ...], path: Path) -> np.ndarray:
    dataset = _dataset(group, name, path)
    actual = f"{dataset.name} is {list(dataset.shape or ())} of {dataset.dtype}, not {list(shape)}"
    require(dataset.dtype.kind in kinds and dataset.shape == shape, path, actual)
    return np.asarray(dataset[()])


def _strings(group: h5py.Group, name: str, path: Path) -> Strings:
    dataset = _dataset(group, name, path)
    is_text = h5py.check_string_dtype(dataset.dtype) is not None and dataset.ndim == 1
    require(is_text, path, f"{dataset.name} is not a column of strings")
    return np.array(dataset.asstr()[()].tolist(), dtype=np.str_)


def _text(group: h5py.Group, name: str) -> str | None:
    value = _attribute(group, name)
    return value.decode() if isinstance(value, bytes) else value if isinstance(value, str) else None


def _attribute(group: h5py.Group, name: str) -> Any:
    """A single value; a damaged attribute can claim a size that takes for ever to read."""
    if name not in group.attrs or group.attrs.get_id(name).shape != ():
        return None
    return group.attrs[name]
