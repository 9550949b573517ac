import io
import pickle
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.fixtures.feature_files import Hostile

from blemore_cli.data.features.containers.object_strings import strings_of

TEXTS = ["A1_ang_int1_ver1.mov", "Ünï", "", "a b", "A1_ang_int1_ver1.mov"]


def objects(values: list[object]) -> np.ndarray:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("n_texts", [0, 1, 5, 3000])
def test_strings_of_every_protocol_are_read(protocol: int, n_texts: int) -> None:
    texts = (TEXTS * 1000)[:n_texts]
    assert strings_of(pickle.dumps(objects([*texts]), protocol=protocol)) == texts


@given(st.lists(st.text(max_size=20), max_size=40))
def test_any_strings_are_read(texts: list[str]) -> None:
    file = io.BytesIO()
    np.lib.format.write_array(file, objects([*texts]))
    content = file.getvalue()
    assert strings_of(content[content.index(b"\n") + 1 :]) == texts


def test_a_column_of_a_table_is_a_list() -> None:
    assert strings_of(pickle.dumps(objects(["a", "b"]).reshape(2, 1), protocol=4)) == ["a", "b"]


def test_names_of_numpy_before_its_second_version_are_known() -> None:
    pickled = pickle.dumps(objects(["a", b"b"]), protocol=2).replace(b"numpy._core", b"numpy.core")
    assert strings_of(pickled) == ["a", "b"]


@pytest.mark.parametrize(
    "content",
    [
        objects(["a", 1]),
        objects(["a", None]),
        objects(["a", float("nan")]),
        objects([np.ones(2)]),
        objects(["a", "b", "c", "d"]).reshape(2, 2),
        ["a"],
        {"a": "b"},
        np.ones(3),
        "a",
    ],
)
def test_other_objects_are_refused(content: object) -> None:
    with pytest.raises(ValueError, match="its objects are not"):
        strings_of(pickle.dumps(content, protocol=4))


def test_nothing_is_executed(tmp_path: Path) -> None:
    hostile = Hostile(tmp_path / "run")
    for content in (hostile, objects([hostile]), objects(["a", hostile])):
        for protocol in (2, 4):
            with pytest.raises(ValueError, match="its objects are not"):
                strings_of(pickle.dumps(content, protocol=protocol))
    assert not (tmp_path / "run").exists()


@pytest.mark.filterwarnings("ignore:invalid escape sequence")  # of pickletools, in Python 3.11
@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_damage_gives_strings_or_a_refusal(data: st.DataObject) -> None:
    content = bytearray(pickle.dumps(objects(["A1", "A2", "A1"]), protocol=data.draw(st.sampled_from([2, 4]))))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        texts = strings_of(bytes(content[: data.draw(st.integers(0, len(content)))]))
    except ValueError:
        return
    assert all(isinstance(text, str) for text in texts)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="its objects are not"):
        strings_of(content)
