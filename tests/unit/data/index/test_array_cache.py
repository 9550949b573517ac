import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from blemore_cli.data.index import array_cache
from blemore_cli.data.index.array_cache import ArrayCache, cached_as

VALUES = np.arange(12, dtype=np.float32).reshape(3, 4)


def made(values: np.ndarray = VALUES) -> np.ndarray:
    return values.copy()


def refused() -> np.ndarray:
    raise AssertionError("it is there already")


def test_an_array_is_made_once_for_a_key_and_mapped(tmp_path: Path) -> None:
    first = ArrayCache(tmp_path).array("gram", ("a", 1), made)
    again = ArrayCache(tmp_path).array("gram", ("a", 1), refused)
    for array in (first, again):
        np.testing.assert_array_equal(array, VALUES)
        assert not array.flags.writeable
    other = ArrayCache(tmp_path).array("gram", ("a", 2), lambda: made(VALUES + 1))
    np.testing.assert_array_equal(other, VALUES + 1)
    assert len(list(tmp_path.iterdir())) == 2  # neither locks nor temporary files are left


@pytest.mark.parametrize("damage", ["flipped", "cut", "empty", "longer", "foreign"])
def test_a_damaged_file_is_made_again(tmp_path: Path, damage: str) -> None:
    ArrayCache(tmp_path).array("gram", (), made)
    (path,) = tmp_path.iterdir()
    content = bytearray(path.read_bytes())
    content[-20] ^= 1
    damaged = {
        "flipped": bytes(content),
        "cut": path.read_bytes()[:-9],
        "empty": b"",
        "longer": path.read_bytes() + b"x",
        "foreign": b"no array",
    }
    path.unlink()  # a mapped file is never written into
    path.write_bytes(damaged[damage])
    np.testing.assert_array_equal(ArrayCache(tmp_path).array("gram", (), made), VALUES)
    np.testing.assert_array_equal(ArrayCache(tmp_path).array("gram", (), refused), VALUES)


ASKING = """
import sys, time
from pathlib import Path
import numpy as np
from blemore_cli.data.index.array_cache import ArrayCache
folder, name = Path(sys.argv[1]), sys.argv[2]
def slowly():
    (folder / f"made-by-{name}").touch()
    time.sleep(0.3)
    return np.arange(12, dtype=np.float32).reshape(3, 4)
(folder / f"ready-{name}").touch()
while len(list(folder.glob("ready-*"))) < 2:
    time.sleep(0.01)
assert ArrayCache(folder / "cache").array("gram", (), slowly).sum() == 66
"""


def test_of_two_processes_that_ask_at_once_one_makes_it(tmp_path: Path) -> None:
    asking = [subprocess.Popen([sys.executable, "-c", ASKING, str(tmp_path), name]) for name in "ab"]
    assert [process.wait(60) for process in asking] == [0, 0]
    assert len(list(tmp_path.glob("made-by-*"))) == 1
    assert len(list((tmp_path / "cache").iterdir())) == 1


def test_what_a_killed_process_left_half_written_goes(tmp_path: Path) -> None:
    ArrayCache(tmp_path).array("gram", (), made)
    (path,) = tmp_path.iterdir()
    path.rename(tmp_path / f".tmp-{path.name}.x7.npy")
    other = tmp_path / ".tmp-scores-0.npy.x7.npy"  # of another array, which may be at work
    other.touch()
    ArrayCache(tmp_path).array("gram", (), made)
    assert set(tmp_path.iterdir()) == {path, other}


def test_another_process_that_never_ends_is_not_waited_for_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ArrayCache(tmp_path).array("gram", (), made)
    (path,) = tmp_path.iterdir()
    path.unlink()
    lock = path.with_suffix(".lock")
    lock.write_text('{"pid": 1, "host": "elsewhere", "started": "0"}\n', encoding="utf-8")
    monkeypatch.setattr(array_cache, "PATIENCE", 0.05)
    np.testing.assert_array_equal(ArrayCache(tmp_path).array("gram", (), made), VALUES)
    assert lock.is_file()


def test_a_folder_that_cannot_be_made_keeps_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    np.testing.assert_array_equal(ArrayCache(tmp_path / "file" / "cache").array("gram", (), made), VALUES)
    np.testing.assert_array_equal(ArrayCache().array("gram", (), made), VALUES)


def test_an_array_knows_its_cache_and_a_copy_does_not(tmp_path: Path) -> None:
    cache = ArrayCache(tmp_path)
    array = cache.array("gram", (), made)
    assert cached_as(array)[0] == cache
    assert cached_as(array)[1]
    for other in (array.copy(), array[:2], array[:]):
        assert cached_as(other) == (ArrayCache(), "")
