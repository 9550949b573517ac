import numpy as np
import pytest

from blemore_cli.data.features.records import ClipFeatures
from blemore_cli.data.features.shared_matrix import SharedMatrix, in_order, stacked, whole_matrix


def test_rows_are_moved_into_one_matrix_and_names_are_shared() -> None:
    shared, rng = SharedMatrix(3), np.random.default_rng(0)
    rows = [rng.normal(size=4) for _ in range(3)]
    clips = [shared.moved(number, ClipFeatures(row, tuple("ab"), tuple("c"))) for number, row in enumerate(rows)]
    assert clips[0].columns is clips[2].columns
    assert clips[0].left_out is clips[2].left_out
    matrix = stacked([np.asarray(clip.features, np.float32) for clip in clips])
    assert all(np.shares_memory(row, clip.features) for row, clip in zip(matrix, clips, strict=True))
    np.testing.assert_array_equal(matrix, np.array(rows, dtype=np.float32))


def test_frames_and_no_frames_stay_as_they_are_and_rows_of_another_width_stay_apart() -> None:
    shared = SharedMatrix(4)
    first = shared.moved(0, ClipFeatures(np.ones(2))).features
    for number, features in enumerate([np.ones((2, 2)), np.ones(0)], 1):
        assert shared.moved(number, ClipFeatures(features)).features is features
    other = shared.moved(3, ClipFeatures(np.arange(3.0))).features
    assert other.tolist() == [0, 1, 2]
    assert other.base is not first.base


def test_what_float32_cannot_hold_becomes_infinite() -> None:
    assert SharedMatrix(1).moved(0, ClipFeatures(np.array([1e300]))).features.tolist() == [np.inf]


@pytest.mark.parametrize("order", [[1, 0, 2], [0, 1], [0]])
def test_rows_that_are_not_a_whole_matrix_in_order_are_copied(order: list[int]) -> None:
    matrix = np.arange(6, dtype=np.float32).reshape(3, 2)
    result = stacked([matrix[row] for row in order])
    assert result is not matrix
    np.testing.assert_array_equal(result, matrix[order])


def test_rows_are_permuted_in_place() -> None:
    rng = np.random.default_rng(0)
    for n in (1, 2, 7, 50):
        matrix, order = rng.normal(size=(n, 3)).astype(np.float32), rng.permutation(n)
        expected = matrix[order]
        in_order(matrix, order)
        np.testing.assert_array_equal(matrix, expected)


def test_rows_of_a_matrix_are_that_matrix_without_a_copy() -> None:
    flat = np.arange(12, dtype=np.float32)
    matrix = flat.reshape(4, 3)
    whole = whole_matrix([*matrix])
    assert whole is not None
    assert np.shares_memory(whole, matrix)
    np.testing.assert_array_equal(whole, matrix)
    np.testing.assert_array_equal(whole_matrix([*matrix[1:3]]), matrix[1:3])


@pytest.mark.parametrize(
    "rows",
    [
        [*np.zeros((2, 3))],
        [*np.zeros((2, 6), dtype=np.float32)[:, ::2]],
        [*np.zeros((2, 6), dtype=np.float32)[:, :3]],
        [np.zeros(3, dtype=np.float32), np.zeros(3, dtype=np.float32)],
        [*np.zeros((2, 3), dtype=np.float32), *np.zeros((1, 3), dtype=np.float32)],
        [*np.zeros((2, 3, 1), dtype=np.float32)],
        [*np.frombuffer(bytes(24), dtype=np.float32).reshape(2, 3)],
    ],
    ids=["float64", "steps", "gaps", "alone", "of two", "frames", "read only"],
)
def test_other_rows_are_no_whole_matrix(rows: list[np.ndarray]) -> None:
    assert whole_matrix(rows) is None
