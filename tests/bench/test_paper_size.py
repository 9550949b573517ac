"""The made project of `paper_size.py` at toy size."""

from pathlib import Path

import numpy as np
import pandas as pd
import paper_size


def test_the_same_arguments_give_the_same_features_and_a_project(tmp_path: Path) -> None:
    widths = {"imagebind": 9, "egemaps": 4}
    one, other = (paper_size.write_project(tmp_path / name, n_clips=120, widths=widths) for name in ("a", "b"))
    assert one.read_bytes() == other.read_bytes()
    for name, width in widths.items():
        first, second = (np.load(path.parent / "features" / f"{name}_static_features.npz") for path in (one, other))
        assert first["X"].shape == (120, width)
        np.testing.assert_array_equal(first["X"], second["X"])
    assert len(pd.read_csv(tmp_path / "a" / "train.csv")) + len(pd.read_csv(tmp_path / "a" / "test.csv")) == 120
    assert paper_size.inner_products(tmp_path / "a") >= 0


def test_it_is_of_the_size_of_the_published_systems() -> None:
    assert (len(paper_size.WIDTHS), sum(paper_size.WIDTHS.values())) == (12, 69195)
