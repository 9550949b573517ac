from pathlib import Path

import numpy as np
import pytest
from tests.fixtures.feature_files import npz

from blemore_cli.core.errors import DataError
from blemore_cli.data.features.containers.npz import Npz


def test_members_are_entries_by_the_parts_of_their_keys() -> None:
    container = Npz(
        npz(**{"a/b": np.ones((2, 3)), "names": np.array(["x"]), "flags": np.array([1 + 2j])}), Path("A.npz")
    )
    entries = {name: (entry.kind, entry.shape) for name, entry in container.entries.items()}
    assert entries == {("a", "b"): ("numbers", (2, 3)), ("names",): ("text", (1,)), ("flags",): ("other", (1,))}
    assert container.array(("a", "b")).tolist() == [[1.0] * 3] * 2
    assert container.row(("a", "b"), 1).tolist() == [1.0] * 3
    assert container.texts(("names",)) == ["x"]


def test_text_of_bytes_and_of_objects_is_read() -> None:
    container = Npz(npz(a=np.array([b"x", b"yy"]), b=np.array(["x", "yy"], dtype=object)), Path("A.npz"))
    assert container.texts(("a",)) == container.texts(("b",)) == ["x", "yy"]


def test_a_member_that_leads_outside_is_refused() -> None:
    with pytest.raises(DataError, match="names that stay inside"):
        Npz(npz(**{"../x": np.ones(2)}), Path("A.npz"))
