import numpy as np

from blemore_cli.core import gram

ROWS = np.random.default_rng(0).normal(size=(20, 2 * gram.BLOCK + 7)).astype(np.float32)


def test_blocks_add_up_to_the_product() -> None:
    exact = ROWS.astype(np.float64) @ ROWS.astype(np.float64).T
    np.testing.assert_allclose(gram.gram_matrix(lambda columns: ROWS[:, columns], ROWS.shape[1]), exact, atol=2e-2)


def test_an_element_depends_on_its_two_rows_alone() -> None:
    changed = ROWS.copy()
    changed[10:] = 1e6
    before = gram.gram_matrix(lambda columns: ROWS[:, columns], ROWS.shape[1])
    after = gram.gram_matrix(lambda columns: changed[:, columns], ROWS.shape[1])
    np.testing.assert_array_equal(before[:10, :10], after[:10, :10])


def test_a_part_has_the_rows_and_columns() -> None:
    matrix = np.arange(20, dtype=np.float32).reshape(4, 5)
    np.testing.assert_array_equal(
        gram.part_of(matrix, np.array([2, 0]), np.array([1, 4, 1])), [[11, 14, 11], [1, 4, 1]]
    )
