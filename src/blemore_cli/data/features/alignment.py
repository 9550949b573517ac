"""Features of a source in the order of the clips: what is missing, and which columns are evidence by their values."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from blemore_cli.core.choices import Missing
from blemore_cli.core.config.schema import ColumnChoice
from blemore_cli.core.errors import DataError, listed
from blemore_cli.core.types import Bools, Clips
from blemore_cli.data.features.evidence.leaks import coded_columns
from blemore_cli.data.features.evidence.names import matches
from blemore_cli.data.features.evidence.selection import by_column, names_of, with_columns
from blemore_cli.data.features.records import SourceFeatures
from blemore_cli.data.features.shared_matrix import in_order

_NO_EVIDENCE_FIX = "Extract the features again, or say which columns are features with data.columns."


def aligned(
    read: SourceFeatures, clips: Clips, choice: ColumnChoice, *, missing: Missing
) -> tuple[SourceFeatures, Bools]:
    """The features of all N clips of the challenge.

    Columns that are NaN in every clip, and columns that are a code of the label or of the actor over all training
    clips, are left out with a note; a row with NaN in another column is missing.

    Args:
        read: Features of the source's clips, of which one or more are clips of the challenge.
        clips: The N clips.
        choice: Columns that the user keeps, whatever they are a code of.
        missing: Whether a row with NaN is an error or a missing clip.

    Returns:
        The features (N, D) in float32, NaN where the clip is missing, and where they are present (N,).

    Raises:
        DataError: If a feature is infinite, a row has NaN without `missing="mask"`, or no clip or column is left.
    """
    read, present = _in_order(read, clips)
    if not np.isfinite(read.features).all():
        read = _without_empty_columns(read)
        _check_not_infinite(read, present)
        read, present = _with_numbers(read, present, missing)
    return _without_codes(read, clips, present, choice), present


def _in_order(read: SourceFeatures, clips: Clips) -> tuple[SourceFeatures, Bools]:
    rows = pd.Index(read.clips).get_indexer(clips.filename.tolist())
    present = rows >= 0
    names, features = clips.filename.tolist(), read.features
    if read.is_own and features.dtype == np.float32 and present.all() and len(rows) == len(features):
        in_order(features, rows)
        return replace(read, clips=names), present
    features = np.full((len(clips), read.features.shape[1]), np.nan, dtype=np.float32)
    with np.errstate(over="ignore"):
        features[present] = read.features[rows[present]]
    return replace(read, clips=names, features=features), present


def _without_empty_columns(read: SourceFeatures) -> SourceFeatures:
    is_empty = by_column(np.asarray(np.isnan(read.features).all(axis=0)), read)
    if not is_empty.any() or is_empty.all():
        return read
    note = f"left out columns {_listed_columns(read, is_empty)}: NaN in every clip"
    return replace(with_columns(read, ~is_empty), notes=(*read.notes, note))


def _check_not_infinite(read: SourceFeatures, present: Bools) -> None:
    bad: Bools = np.isinf(read.features)
    bad &= present[:, None]  # in place, as below: such a mask is a quarter of the features
    if bad.any():
        raise DataError(
            f"features must be finite numbers in float32, got infinite values in {_where(read, bad)}",
            fix="Extract these clips again, or leave the columns out with data.columns.",
        )


def _with_numbers(read: SourceFeatures, present: Bools, missing: Missing) -> tuple[SourceFeatures, Bools]:
    """Takes rows with NaN for missing clips."""
    bad: Bools = np.isnan(read.features)
    bad &= present[:, None]
    is_bad: Bools = np.asarray(bad.any(axis=1))
    if not is_bad.any():
        return read, present
    if missing == "error" or (is_bad == present).all():
        raise DataError(
            f"features must be finite numbers in float32, got NaN in {_where(read, bad)}",
            fix="Extract these clips again, take them for missing with --missing mask, or leave the columns out with "
            "data.columns.",
        )
    features = np.where(is_bad[:, None], np.float32(np.nan), read.features)
    note = f"{int(is_bad.sum())} clips have NaN and are taken for missing: {_where(read, bad)}"
    return replace(read, features=features, notes=(*read.notes, note)), present & ~is_bad


def _without_codes(read: SourceFeatures, clips: Clips, present: Bools, choice: ColumnChoice) -> SourceFeatures:
    is_kept_by_user = np.array([matches(name, choice.keep) for name in names_of(read)], dtype=np.bool_)
    notes, is_left_out = list(read.notes), np.zeros_like(is_kept_by_user)
    for what, is_code in coded_columns(read.features, clips, present).items():
        columns = by_column(is_code, read) & ~is_kept_by_user & ~is_left_out
        if columns.any():
            notes.append(f"left out columns {_listed_columns(read, columns)}: a code of {what} over all training clips")
        is_left_out |= columns
    if is_left_out.all():
        raise DataError(
            f"features must have a column that is evidence, but got {'; '.join(notes[len(read.notes) :])}",
            fix=_NO_EVIDENCE_FIX,
        )
    return replace(with_columns(read, ~is_left_out), notes=tuple(notes)) if is_left_out.any() else read


def _where(read: SourceFeatures, bad: Bools) -> str:
    """Columns and clips, for messages."""
    clips = np.array(read.clips)[bad.any(axis=1)].tolist()
    return f"columns {_listed_columns(read, by_column(np.asarray(bad.any(axis=0)), read))} of clips {listed(clips)}"


def _listed_columns(read: SourceFeatures, columns: Bools) -> str:
    names: Sequence[str] = names_of(read)
    shown = listed([name for name, is_meant in zip(names, columns, strict=True) if is_meant])
    return shown if read.columns else f"{shown} (counted from 0, of {len(names)})"
