from pathlib import Path

import numpy as np
import pytest

from blemore_cli.data.features.search.name_mismatch import name_mismatch, rows_without_names

CLIPS = ["A102_ang_int1_ver1", "A103_sad_int1_ver1", "test_0001", "test_0002", "Zo\u00eb_ang_int1_ver1"]


@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ("a102_ANG_int1_ver1", "capital letters alone"),
        ("Zoe\u0308_ang_int1_ver1", "accents"),
        (" test_0001", "blanks"),
        ("test_1", "zeros"),
        ("A102-ang-int1-ver1", "separators"),
        ("A102_ang_int1_ver1_hubert", "'_hubert' after"),
        ("feat_test_0002", "'feat_' before"),
        ("x_test_0002_y", "'x_' before and '_y' after"),
        ("17", "numbers"),
        ("test_0099", "test clips are, and the metadata name other ones"),
        ("A9_hap_int1_ver1", "training clips are, and the metadata name other ones"),
        ("something", "nothing in common"),
    ],
)
def test_the_cause_is_named(name: str, cause: str) -> None:
    assert cause in name_mismatch([name], CLIPS)


def test_metadata_that_are_not_given_are_named() -> None:
    assert "--test-metadata" in name_mismatch(["test_0001", "test_0002"], CLIPS[:2])
    assert "--train-metadata" in name_mismatch(CLIPS[:2], ["test_0001"])


def test_an_array_of_all_clips_lacks_their_names(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("a.npy", "broken.npy", "X.npy", "Y.npy")]
    for path, shape in zip(files, [(5,), (1, 2), (5, 2), (6, 2)], strict=True):
        np.save(path, np.ones(shape))
    files[1].write_bytes(b"x")
    assert rows_without_names(files, {5, 6}).startswith("X.npy has 5 rows")
    assert rows_without_names(files, {1, 2}) == ""
