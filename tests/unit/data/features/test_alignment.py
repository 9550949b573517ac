import numpy as np
import pytest

from blemore_cli.core.config.schema import ColumnChoice
from blemore_cli.core.errors import DataError
from blemore_cli.core.types import Clips
from blemore_cli.data.features.alignment import aligned
from blemore_cli.data.features.evidence.selection import NO_CHOICE
from blemore_cli.data.features.records import SourceFeatures
from blemore_cli.data.metadata.clips import clips_from_names

NAMES = [f"A{actor}_{emotion}_int1_ver1" for actor in range(6) for emotion in ("ang", "hap", "sad", "fea", "neu")]
CLIPS: Clips = clips_from_names([*NAMES, "test_0001"])


def source(width: int = 3) -> SourceFeatures:
    features = np.random.default_rng(0).normal(size=(len(CLIPS), width))
    return SourceFeatures(CLIPS.filename.tolist(), features, aggregate="static")


def test_clips_come_in_their_order_and_are_nan_where_absent() -> None:
    read = source()
    shuffled = SourceFeatures([*read.clips[:3][::-1], "stranger"], read.features[[2, 1, 0, 5]])
    rows, present = aligned(shuffled, CLIPS, NO_CHOICE, missing="mask")
    assert np.array_equal(rows.features[:3], read.features[:3].astype(np.float32))
    assert np.isnan(rows.features[3:]).all()
    assert present.tolist() == [True] * 3 + [False] * (len(CLIPS) - 3)


def test_a_row_with_nan_is_missing_or_an_error() -> None:
    read = source()
    read.features[1, 2] = np.nan
    rows, present = aligned(read, CLIPS, NO_CHOICE, missing="mask")
    assert np.isnan(rows.features[1]).all()
    assert (~present).nonzero()[0].tolist() == [1]
    where = f"columns 2 (counted from 0, of 3) of clips {NAMES[1]}"
    assert rows.notes == (f"1 clips have NaN and are taken for missing: {where}",)
    with pytest.raises(DataError) as caught:
        aligned(read, CLIPS, NO_CHOICE, missing="error")
    assert where in caught.value.message
    assert "--missing mask" in caught.value.fix


def test_a_column_of_nothing_but_nan_is_left_out() -> None:
    read = source()
    read.features[:, 1] = np.nan
    rows, present = aligned(read, CLIPS, NO_CHOICE, missing="error")
    assert (rows.columns, rows.features.shape) == (("0", "2"), (len(CLIPS), 2))
    assert present.all()
    assert rows.notes == ("left out columns 1 (counted from 0, of 3): NaN in every clip",)


@pytest.mark.parametrize("missing", ["error", "mask"])
def test_nothing_but_nan_and_infinite_values_are_errors(missing: str) -> None:
    read = source()
    read.features[2, 0] = -np.inf
    with pytest.raises(DataError, match="infinite values in columns 0"):
        aligned(read, CLIPS, NO_CHOICE, missing=missing)  # type: ignore[arg-type]
    read.features[:] = np.nan
    with pytest.raises(DataError, match="NaN in columns 0, 1, 2"):
        aligned(read, CLIPS, NO_CHOICE, missing=missing)  # type: ignore[arg-type]


def test_codes_are_left_out_unless_the_user_keeps_them() -> None:
    read = source()
    read.features[:, 1] = CLIPS.label
    rows, _ = aligned(read, CLIPS, NO_CHOICE, missing="error")
    assert rows.columns == ("0", "2")
    assert rows.notes == ("left out columns 1 (counted from 0, of 3): a code of the label over all training clips",)
    kept, _ = aligned(read, CLIPS, ColumnChoice(keep=["1"]), missing="error")
    assert (kept.features.shape, kept.notes) == ((len(CLIPS), 3), ())
    with pytest.raises(DataError, match="column that is evidence"):
        aligned(SourceFeatures(read.clips, read.features[:, 1:2]), CLIPS, NO_CHOICE, missing="error")


def test_codes_among_statistics_go_with_their_column() -> None:
    features = np.random.default_rng(0).normal(size=(len(CLIPS), 4))
    features[:, 2] = CLIPS.label
    read = SourceFeatures(CLIPS.filename.tolist(), features, ("code", "F0"), aggregate="meanstd")
    rows, _ = aligned(read, CLIPS, NO_CHOICE, missing="error")
    assert rows.columns == ("F0",)
    assert np.array_equal(rows.features, features[:, [1, 3]].astype(np.float32))
