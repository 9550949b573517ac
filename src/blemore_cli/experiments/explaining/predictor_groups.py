"""Groups of predictors: columns of the encoders' features that belong together by statistic, name or encoder."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from blemore_cli.core.choices import PredictorKind
from blemore_cli.core.errors import UsageError, listed
from blemore_cli.core.types import Ints
from blemore_cli.data.features.statistics import statistics_of
from blemore_cli.data.index.file import Index

MOST_GROUPS: Final = 2000
_LAYER: Final = re.compile(r"\.\d+$")
_FUNCTIONAL: Final = re.compile(r"_sma.*$")
_ACTION_UNIT: Final = re.compile(r"(?i)(?:.*_)?(?:au|action_?units?)_?(\d+)(?:_[rc])?")
_PART: Final = re.compile(r"(?:[_-][TRtr]?[xyzXYZ]|[_.-]?\d+)$")


@dataclass(frozen=True)
class EncoderColumns:
    """What the columns of one encoder are, in the order (statistic, column).

    Attributes:
        name: The encoder.
        statistics: Names of the statistics.
        columns: Names of the columns that each statistic has; numbers where they have no names.
        has_names: Whether the index has the names.
    """

    name: str
    statistics: tuple[str, ...]
    columns: tuple[str, ...]
    has_names: bool

    @property
    def width(self) -> int:
        """Number of features D."""
        return len(self.statistics) * len(self.columns)


@dataclass(frozen=True)
class PredictorGroup:
    """Columns that are shuffled together.

    Attributes:
        name: Name of the group.
        kind: By what its columns belong together.
        columns: Positions among the features of each encoder that has a part in it, by the encoder's position.
    """

    name: str
    kind: PredictorKind
    columns: Mapping[int, Ints]


def encoder_columns(index: Index, name: str) -> EncoderColumns:
    """Reads what the columns of an encoder are."""
    info = index.encoders[name]
    statistics = statistics_of(info.aggregate, index.features(name)[index.present(name)])
    n_columns = info.dim // len(statistics)
    if len(info.columns) == info.dim:  # a name for each feature: the statistics, if any, are in the names
        return EncoderColumns(name, ("value",), info.columns, has_names=True)
    names = info.columns if len(info.columns) == n_columns else tuple(f"column {k}" for k in range(n_columns))
    return EncoderColumns(name, statistics, names, has_names=names is info.columns)


def predictor_groups(
    encoders: Sequence[EncoderColumns],
    kind: PredictorKind | None = None,
    *,
    chosen: Sequence[str] = (),
    is_joint: bool = False,
) -> list[PredictorGroup]:
    """The groups of a kind; where an encoder has no such parts, the next coarser that it has, and at last all of it.

    Args:
        encoders: The encoders of a model, in its order.
        kind: The kind; None takes descriptors where columns have names, else statistics.
        chosen: Encoders whose columns are grouped; all where empty.
        is_joint: Whether groups of the same name in several encoders are one, and layers of one model.

    Raises:
        UsageError: If an encoder is unknown, descriptors are asked for and no column has a name, or there are too many
            groups.
    """
    _check(encoders, kind, chosen)
    merged: dict[tuple[PredictorKind, str], dict[int, Ints]] = {}
    for position, encoder in enumerate(encoders):
        if not chosen or encoder.name in chosen:
            for (of, part), columns in _parts(encoder, kind).items():
                merged.setdefault((of, _label(encoder.name, part, is_joint=is_joint)), {})[position] = columns
    if len(merged) > MOST_GROUPS:
        raise UsageError(
            f"predictors are compared in {MOST_GROUPS} groups at most, and there are {len(merged)}",
            fix="Choose --group statistic, descriptor or encoder, or name some --encoders.",
        )
    return [PredictorGroup(name, of, MappingProxyType(columns)) for (of, name), columns in merged.items()]


def _check(encoders: Sequence[EncoderColumns], kind: PredictorKind | None, chosen: Sequence[str]) -> None:
    names = [encoder.name for encoder in encoders]
    if unknown := [name for name in chosen if name not in names]:
        raise UsageError(
            f"--encoders are encoders of the run ({', '.join(names)}), got {listed(unknown)}", fix="Correct --encoders."
        )
    if kind == "descriptor" and not any(e.has_names for e in encoders if not chosen or e.name in chosen):
        raise UsageError(
            f"descriptors are told by the names of columns, and the index has none for {listed(names)}",
            fix="Choose --group column, statistic or encoder, or index features that have names.",
        )


def _label(encoder: str, part: str, *, is_joint: bool) -> str:
    """Name of a group: of its part where encoders are joined, else of encoder and part."""
    if is_joint:
        return part or _LAYER.sub("", encoder)
    return f"{encoder} {part}".strip()


def _parts(encoder: EncoderColumns, kind: PredictorKind | None) -> dict[tuple[PredictorKind, str], Ints]:
    """Positions of the features of each part of an encoder by its kind and name; the whole has no name."""
    place = np.arange(encoder.width).reshape(len(encoder.statistics), -1)  # (statistic, column)
    wanted = kind or ("descriptor" if encoder.has_names else "statistic")
    if wanted == "column":
        return {("column", name): place[:, at] for at, name in enumerate(encoder.columns)}
    if wanted == "descriptor" and encoder.has_names:
        stems = np.array([descriptor(name) for name in encoder.columns])
        return {("descriptor", str(stem)): place[:, stems == stem].ravel() for stem in dict.fromkeys(stems.tolist())}
    if wanted in ("statistic", "descriptor") and len(encoder.statistics) > 1:
        return {("statistic", name): place[at] for at, name in enumerate(encoder.statistics)}
    return {("encoder", ""): place.ravel()}


def descriptor(column: str) -> str:
    """What a column measures, without the number, axis or functional that tells it from its like.

    Examples:
        >>> [descriptor(name) for name in ("AU12_r", "AU12_c", "gaze_0_x", "pose_Tx", "mfcc3_sma3_amean", "emb_17")]
        ['AU12', 'AU12', 'gaze', 'pose', 'mfcc', 'emb']
    """
    if match := _ACTION_UNIT.fullmatch(column):
        return f"AU{match[1].zfill(2)}"
    stem = _FUNCTIONAL.sub("", column)
    while (shorter := _PART.sub("", stem)) not in ("", stem):
        stem = shorter
    return stem or column
