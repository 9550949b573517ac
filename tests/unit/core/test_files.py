import errno
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from blemore_cli.core.errors import ArtefactError, DataError
from blemore_cli.core.files import (
    read_text,
    remove_abandoned,
    replacing,
    replacing_folder,
    sha256_of,
    write_json,
    write_text,
)


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "result.txt"
    write_text(path, "old")
    with pytest.raises(RuntimeError), replacing(path) as temporary:  # noqa: PT012
        temporary.write_text("half")
        raise RuntimeError
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def killed(path: Path, script: str) -> None:
    done = subprocess.run([sys.executable, "-c", script, path])
    assert done.returncode == -signal.SIGKILL


def test_what_a_killed_process_left_goes_with_the_next_write(tmp_path: Path) -> None:
    path = tmp_path / "result.txt"
    write_text(path, "old")
    killed(
        path,
        """
import os, signal, sys
from pathlib import Path
from blemore_cli.core.files import replacing
with replacing(Path(sys.argv[1])) as temporary:
    temporary.write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
""",
    )
    (tmp_path / ".tmp-result.txt.1-1-00000000.x.txt").touch()  # of another machine, where it may still be written
    assert len(list(tmp_path.glob(".tmp-*"))) == 2
    remove_abandoned.cache_clear()
    write_text(path, "new")
    assert path.read_text() == "new"
    assert [left.name for left in tmp_path.glob(".tmp-*")] == [".tmp-result.txt.1-1-00000000.x.txt"]


def test_a_folder_that_made_room_when_the_process_was_killed_comes_back(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    with replacing_folder(folder) as temporary:
        (temporary / "first").touch()
    killed(
        folder,
        """
import os, signal, sys
from pathlib import Path
from blemore_cli.core.files import replacing_folder
rename = os.rename
def rename_and_die(*names):
    rename(*names)
    os.kill(os.getpid(), signal.SIGKILL)
with replacing_folder(Path(sys.argv[1])) as temporary:
    os.rename = rename_and_die
""",
    )
    assert not folder.exists()
    remove_abandoned.cache_clear()
    remove_abandoned(tmp_path)
    assert [path.name for path in tmp_path.rglob("*")] == ["folder", "first"]


def test_json_refuses_nan(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON"):
        write_json(tmp_path / "metrics.json", {"score": float("nan")})
    assert list(tmp_path.iterdir()) == []


def test_a_path_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ArtefactError, match=r"result\.txt"):
        write_text(tmp_path / "file" / "result.txt", "")


def test_sha256(tmp_path: Path) -> None:
    (tmp_path / "abc").write_bytes(b"abc")
    assert sha256_of(tmp_path / "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_folder_takes_the_place_of_the_old_one_once_it_is_whole(tmp_path: Path) -> None:
    folder = tmp_path / "made" / "folder"
    for name in ("first", "second"):
        with replacing_folder(folder) as temporary:
            (temporary / name).write_text(name)
            assert [path.name for path in folder.glob("*")] == ([] if name == "first" else ["first"])
    assert [path.name for path in folder.iterdir()] == ["second"]
    assert [path.name for path in folder.parent.iterdir()] == ["folder"]


def test_a_folder_that_is_not_finished_leaves_the_old_one(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    with replacing_folder(folder) as temporary:
        (temporary / "first").touch()

    def fail() -> None:
        with replacing_folder(folder) as half:
            (half / "second").touch()
            raise RuntimeError("half")

    with pytest.raises(RuntimeError, match="half"):
        fail()
    assert [path.name for path in folder.iterdir()] == ["first"]
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_folder_that_cannot_take_the_place_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, rename = tmp_path / "folder", Path.rename
    folder.mkdir()
    (folder / "first").touch()

    def full(path: Path, target: Path) -> Path:
        if path.name == "new":
            raise OSError(errno.ENOSPC, "No space left on device")
        return rename(path, target)

    def write() -> None:
        with replacing_folder(folder):
            pass

    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(ArtefactError, match="No space left"):
        write()
    assert [path.name for path in folder.iterdir()] == ["first"]
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    def write() -> None:
        with replacing_folder(tmp_path / "file" / "folder"):
            pass

    with pytest.raises(ArtefactError, match="folder must be writable"):
        write()


def test_text_loses_its_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_bytes("\ufeffname\n".encode())
    assert read_text(tmp_path / "table.csv", "CSV file", DataError) == "name\n"


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("none.csv", "none.csv must be a CSV file, but it does not exist"),
        ("folder", "folder must be a readable CSV file: Is a directory"),
        ("latin.csv", "latin.csv, line 2: a CSV file must be UTF-8 text, got the byte 0xe9"),
        ("nul\0.csv", "must be a readable CSV file: embedded null byte"),
    ],
)
def test_what_cannot_be_read_is_an_error_of_the_given_type(name: str, problem: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "latin.csv").write_bytes(b"name\ncaf\xe9\n")
    with pytest.raises(DataError, match=problem):
        read_text(tmp_path / name, "CSV file", DataError)


def test_a_text_that_is_too_long_to_be_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("blemore_cli.core.files.MAX_TEXT_BYTES", 3)
    (tmp_path / "a.yaml").write_text("abc")
    assert read_text(tmp_path / "a.yaml", "file", DataError) == "abc"
    (tmp_path / "a.yaml").write_text("abcd")
    with pytest.raises(DataError, match="at most"):
        read_text(tmp_path / "a.yaml", "file", DataError)
