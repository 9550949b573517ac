from pathlib import Path

import h5py
import numpy as np

from blemore_cli.data.index.checksum import group_checksum, index_checksum, matrix_sha256


def test_checksum_of_a_matrix_is_of_type_shape_and_values() -> None:
    matrix = np.arange(6, dtype=np.float32).reshape(2, 3)
    others = [matrix.reshape(3, 2), matrix.view(np.int32), matrix.T.copy(), -matrix]
    assert len({matrix_sha256(each) for each in [matrix, *others]}) == 5
    assert matrix_sha256(np.asfortranarray(matrix)) == matrix_sha256(matrix)


def test_checksum_of_a_group_is_of_its_name_attributes_and_columns(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "x.h5", "w") as file:
        for name, column in (("a", [1, 2]), ("b", [1, 2]), ("c", [1, 3])):
            file.create_group(name)["x"] = column
        checksums = [group_checksum(file[name], ["x"], {"key": "1"}) for name in "abc"]
        checksums += [group_checksum(file["a"], ["x"], {"key": value}) for value in ("2", None)]
        checksums.append(group_checksum(file["a"], [], {"key": "1"}))
        assert len(set(checksums)) == 6
        assert group_checksum(file["a"], ["x", "none"], {"key": "1"}) == checksums[0]


def test_checksum_of_an_index_is_of_its_groups_in_any_order() -> None:
    assert index_checksum("0", {"a": "1", "b": "2"}) == index_checksum("0", {"b": "2", "a": "1"})
    assert len({index_checksum(clips, {"a": one}) for clips in "01" for one in "12"}) == 4
