import numpy as np
import pytest

from blemore_cli.core.config.schema import ColumnChoice
from blemore_cli.core.errors import DataError
from blemore_cli.data.features.evidence.selection import (
    NO_CHOICE,
    by_column,
    check_patterns,
    names_of,
    with_columns,
    with_columns_chosen,
)
from blemore_cli.data.features.records import ClipFeatures, SourceFeatures

AGGREGATED = SourceFeatures(["A"], np.arange(6.0)[None], ("age", "F0", "F1"), aggregate="meanstd")


def test_a_column_goes_with_all_of_its_statistics() -> None:
    chosen = with_columns_chosen(AGGREGATED, NO_CHOICE)
    assert (chosen.columns, chosen.left_out) == (("F0", "F1"), ("age",))
    assert chosen.features.tolist() == [[1.0, 2.0, 4.0, 5.0]]
    assert with_columns_chosen(chosen, NO_CHOICE).columns == chosen.columns
    assert by_column(np.array([True, False, False, False, False, True]), AGGREGATED).tolist() == [True, False, True]


def test_rows_of_fewer_columns_stay_contiguous() -> None:
    clip = with_columns(ClipFeatures(np.ones((4, 3))), np.array([True, False, True]))
    assert clip.features.flags.c_contiguous
    assert (clip.features.shape, clip.columns) == ((4, 2), ("0", "2"))


def test_columns_without_names_are_called_by_their_number() -> None:
    clip = ClipFeatures(np.arange(3.0))
    assert with_columns_chosen(clip, NO_CHOICE).columns == ()
    chosen = with_columns_chosen(clip, ColumnChoice(leave_out=["1"]))
    assert (chosen.columns, chosen.left_out, chosen.features.tolist()) == (("0", "2"), ("1",), [0.0, 2.0])
    assert with_columns_chosen(chosen, ColumnChoice(leave_out=["1"])).columns == ("0", "2")
    assert names_of(clip) == ("0", "1", "2")


def test_no_column_left_is_an_error() -> None:
    with pytest.raises(DataError, match="column that is evidence, got age, speaker") as caught:
        with_columns_chosen(ClipFeatures(np.ones((2, 2)), ("age", "speaker")), NO_CHOICE)
    assert "data.columns" in caught.value.fix


def test_patterns_must_be_of_a_column() -> None:
    check_patterns(ColumnChoice(keep=["a*"], leave_out=["F?"]), AGGREGATED, "egemaps")
    with pytest.raises(DataError, match=r"data\.columns\.egemaps must name columns.*got G\*"):
        check_patterns(ColumnChoice(leave_out=["G*"]), AGGREGATED, "egemaps")
