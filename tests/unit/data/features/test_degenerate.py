"""Degenerate features: each kind counted against a plain count, and encoders that are the same."""

from collections.abc import Callable

import numpy as np
import pytest

from blemore_cli.data.features.degenerate import degenerate_features, degenerate_notes, equal_encoders

ALL = np.ones(8, dtype=bool)


def features() -> np.ndarray:
    return np.random.default_rng(0).standard_normal((8, 5)).astype(np.float32)


def zero_row(x: np.ndarray) -> None:
    x[[2, 5]] = [[0], [-0.0]]


def equal_rows(x: np.ndarray) -> None:
    x[[1, 4, 7]] = x[0]


def constant_column(x: np.ndarray) -> None:
    x[:, 3] = 7


def equal_columns(x: np.ndarray) -> None:
    x[:, [2, 4]] = x[:, :1]


def constant_encoder(x: np.ndarray) -> None:
    x[:] = x[0]


def swapped_values(x: np.ndarray) -> None:
    """Rows and columns of the same values in another order are not equal."""
    x[1] = x[0][::-1]
    x[:, 4] = x[::-1, 2]


@pytest.mark.parametrize(
    ("change", "counts", "note"),
    [
        (lambda _: None, (0, 0, 0, 0), ""),
        (zero_row, (2, 0, 0, 0), "2 of 8 clips have zeros alone"),
        (equal_rows, (0, 3, 0, 0), "3 of 8 clips have exactly the features of another"),
        (constant_column, (0, 0, 1, 0), "1 of 5 columns are constant"),
        (equal_columns, (0, 0, 0, 2), "2 of 5 columns repeat another"),
        (constant_encoder, (0, 7, 5, 0), "all 8 clips have the same features"),
        (swapped_values, (0, 0, 0, 0), ""),
    ],
)
def test_each_kind_is_counted(change: Callable[[np.ndarray], None], counts: tuple[int, ...], note: str) -> None:
    x = features()
    change(x)
    result = degenerate_features(x, ALL)
    assert tuple(result.counts().values()) == counts
    assert result.note() == note


def test_clips_without_the_encoder_are_left_alone() -> None:
    x, present = features(), ALL.copy()
    present[[1, 6]] = False
    x[~present] = np.nan
    result = degenerate_features(x, present)
    assert (result.n_clips, result.note()) == (6, "")


@pytest.mark.parametrize("n_present", [0, 1])
def test_a_single_clip_is_not_constant(n_present: int) -> None:
    result = degenerate_features(features(), np.arange(8) < n_present)
    assert (result.is_constant, result.note()) == (False, "")


def test_equal_encoders_are_of_the_same_clips() -> None:
    x = features()
    fewer = ALL.copy()
    fewer[7] = False
    encoders = {
        "a": degenerate_features(x, ALL),
        "other": degenerate_features(x[::-1], ALL),
        "b": degenerate_features(x.copy(), ALL),
        "fewer": degenerate_features(x, fewer),
        "columns": degenerate_features(np.asfortranarray(x[:, ::-1]), ALL),
    }
    assert equal_encoders(encoders) == [["a", "b"]]
    assert degenerate_notes(encoders) == ["encoders a and b have the same features"]
    x[0] = 0
    assert degenerate_notes({"c": degenerate_features(x, ALL)}) == ["encoder c: 1 of 8 clips have zeros alone"]
