import pickle
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.fixtures.feature_files import Hostile, damaged, npy, pt

from blemore_cli.core.errors import DataError
from blemore_cli.core.types import Floats
from blemore_cli.data.features.readers.pt import PtFile

PATH = Path("features/A.pt")


def features_of(content: bytes) -> Floats:
    return PtFile().features_of(content, PATH).features


def test_one_tensor_is_taken() -> None:
    tensor = torch.arange(6, dtype=torch.float32).reshape(2, 3)
    assert np.array_equal(features_of(pt(tensor)), tensor.numpy())
    assert np.array_equal(features_of(pt(tensor.T.contiguous().T)), tensor.numpy())
    assert np.array_equal(features_of(pt(torch.nn.Parameter(tensor))), tensor.numpy())
    assert features_of(pt(tensor.bfloat16())).dtype == np.float32
    assert features_of(pt(tensor.half())).dtype == np.float16


@pytest.mark.parametrize(
    "content",
    [
        {"x": torch.ones(3)},
        [torch.ones(3)],
        3.0,
        torch.ones(2, 2, 2),
        torch.ones(3, 0),
        torch.ones(2, dtype=torch.complex64),
        torch.ones(2, 2).to_sparse(),
        torch.ones(1, 1).expand(1000, 1000),
        torch.ones(2, 2, device="meta"),
        np.ones(3),
    ],
)
def test_what_is_no_dense_tensor_is_refused(content: object) -> None:
    with pytest.raises(DataError, match=r"features/A\.pt"):
        features_of(pt(content))


def test_hostile_content_is_refused_and_not_executed(tmp_path: Path) -> None:
    for content in (pt(Hostile(tmp_path / "run")), pickle.dumps(Hostile(tmp_path / "run"))):
        with pytest.raises(DataError, match="nothing that executes"):
            features_of(content)
    assert not (tmp_path / "run").exists()


def test_damaged_and_foreign_files_end_in_data_errors() -> None:
    for content in (*damaged(pt(torch.ones(4, 3))), npy(np.ones(3))):
        with pytest.raises(DataError, match=r"features/A\.pt"):
            features_of(content)
