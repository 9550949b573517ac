import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from blemore_cli.core.processes.machine import this_machine
from blemore_cli.core.processes.process import start_of
from blemore_cli.data.index import array_cache
from blemore_cli.data.index.array_cache import ArrayCache, cached_as, free_pages, linear_algebra

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


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    """Path of the lock of an array that is not there."""
    ArrayCache(tmp_path).array("gram", (), made)
    (path,) = tmp_path.iterdir()
    path.unlink()
    return path.with_suffix(".lock")


@pytest.mark.parametrize("content", ['{"pid": 1, "host": "elsewhere", "started": "0"}', "damaged"])
def test_a_lock_that_another_machine_left_is_taken_over_once_it_is_old(
    tmp_path: Path, lock: Path, content: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("blemore_cli.core.processes.lock.PATIENCE", 0.01)
    lock.write_text(content, encoding="utf-8")
    os.utime(lock, (time.time() - 31,) * 2)
    begin = time.monotonic()
    np.testing.assert_array_equal(ArrayCache(tmp_path).array("gram", (), made), VALUES)
    assert time.monotonic() - begin < 1
    assert not lock.exists()


def test_a_process_that_never_ends_is_not_waited_for_for_ever(
    tmp_path: Path, lock: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    this = {"pid": os.getppid(), "started": start_of(os.getppid()), **this_machine()._asdict()}
    lock.write_text(json.dumps(this), encoding="utf-8")
    os.utime(lock, (time.time() - 31,) * 2)
    monkeypatch.setattr(array_cache, "PATIENCE", 0.05)
    assert ArrayCache(tmp_path).is_being_made("gram", ())
    np.testing.assert_array_equal(ArrayCache(tmp_path).array("gram", (), made), VALUES)
    assert lock.is_file()


def test_an_array_of_other_versions_is_another_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = ArrayCache(tmp_path)
    cache.array("gram", (), made)
    monkeypatch.setattr(array_cache, "_versions", lambda: ("another",))
    np.testing.assert_array_equal(cache.array("gram", (), lambda: made(VALUES + 1)), VALUES + 1)
    assert not cache.is_being_made("gram", ())


def test_what_the_present_groups_do_not_need_goes_once_it_is_an_hour_old(tmp_path: Path) -> None:
    former, present = ArrayCache(tmp_path, "a1"), ArrayCache(tmp_path, "b2")
    mapped = former.array("gram", (), made)
    kept = present.array("gram", (), made)
    leftovers = ".tmp-gram-a1-0.npy.x", ".tmp-gram-b2-0.npy.x", "gram-a1-0.lock", "gram-0.npy"
    for leftover in leftovers:  # the last as a version before named it
        (tmp_path / leftover).touch()
    present.keep_only(["b2", "c3"])
    assert len(list(tmp_path.iterdir())) == 6
    for path in tmp_path.iterdir():
        os.utime(path, (time.time() - 3601,) * 2)
    former.array("gram", (), refused)  # it is in use
    present.keep_only(["b2", "c3"])
    assert {path.name[:8] for path in tmp_path.iterdir()} == {"gram-a1-", "gram-b2-"}
    for path in tmp_path.iterdir():
        os.utime(path, (time.time() - 3601,) * 2)
    present.keep_only(["b2", "c3"])
    assert {path.name[:8] for path in tmp_path.iterdir()} == {"gram-b2-"}
    np.testing.assert_array_equal(mapped, kept)  # what is mapped stays
    del mapped
    np.testing.assert_array_equal(former.array("gram", (), made), VALUES)
    ArrayCache().keep_only([])


def test_the_rounding_of_products_is_named() -> None:
    version, _, n_threads = linear_algebra()
    assert version
    assert n_threads == 1


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


def test_an_array_whose_memory_was_given_back_is_read_again(tmp_path: Path) -> None:
    kept = ArrayCache(tmp_path).array("gram", (), lambda: np.arange(5.0))
    for array in (kept, np.arange(5.0)):  # one from a file, and one that is in memory alone
        free_pages(array)
        np.testing.assert_array_equal(array, np.arange(5.0))
