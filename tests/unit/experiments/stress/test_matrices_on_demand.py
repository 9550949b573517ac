import numpy as np
import pytest

from blemore_cli.experiments.stress.matrices_on_demand import MatricesOnDemand, Matrix


def test_a_matrix_is_made_when_it_is_read_and_only_then() -> None:
    made: list[int] = []

    def make(encoder: int) -> Matrix:
        made.append(encoder)
        return np.full((2, 1), encoder, dtype=np.float32)

    matrices = MatricesOnDemand(3, make)
    assert (len(matrices), made) == (3, [])
    assert matrices[-1].ravel().tolist() == [2, 2]
    assert [float(matrix[0, 0]) for matrix in matrices] == [0, 1, 2]
    assert [float(matrix[0, 0]) for matrix in matrices[:0:-1]] == [2, 1]
    assert made == [2, 0, 1, 2, 2, 1]
    with pytest.raises(IndexError):
        matrices[3]
