import torch

from blemore_cli.training.scaler import Rows
from blemore_cli.training.stacking.rows import taken, taken_rows


def test_rows_of_one_matrix_and_of_equal_ones_are_the_same() -> None:
    generator = torch.Generator().manual_seed(0)
    matrix = Rows(torch.randn(9, 5, generator=generator), torch.rand(9, 2, generator=generator) < 0.5)
    rows = torch.randint(9, (3, 4), generator=generator)
    shared = taken_rows([matrix] * 3, rows)
    own = taken_rows([Rows(matrix.columns.clone(), matrix.present.clone()) for _ in range(3)], rows)
    for found, other, whole in zip(shared, own, (matrix.columns, matrix.present), strict=True):
        assert torch.equal(found, whole[rows])
        assert torch.equal(other, whole[rows])


def test_each_model_has_rows_of_its_own() -> None:
    assert taken([torch.arange(3), torch.arange(10, 13)], torch.tensor([[2, 0], [0, 1]])).tolist() == [[2, 0], [10, 11]]
