import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from blemore_cli.core.rng import numpy_generator
from blemore_cli.data.feature_table import batches


@given(st.integers(1, 300), st.integers(1, 100))
def test_batches_cover_each_row_once_in_nearly_equal_parts(n: int, batch_size: int) -> None:
    rows = np.arange(n) * 3
    parts = list(batches(rows, batch_size, numpy_generator(0, "batches")))
    assert sorted(np.concatenate(parts).tolist()) == rows.tolist()
    sizes = [len(part) for part in parts]
    assert max(sizes) <= batch_size
    assert max(sizes) - min(sizes) <= 1
