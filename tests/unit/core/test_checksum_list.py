"""Checksum list: what it says is what `sha256sum` says, and other bytes are named."""

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

from blemore_cli.core.checksum_list import changed_files, check_listed, read_checksums, read_facts, write_checksums
from blemore_cli.core.errors import ArtefactError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The list of two files."""
    (tmp_path / "b").mkdir()
    (tmp_path / "a").write_bytes(b"1")
    (tmp_path / "b" / "c d").write_bytes(b"2")
    write_checksums(tmp_path / "list", ["b/c d", "a"])
    return tmp_path / "list"


def test_the_names_are_in_order(path: Path) -> None:
    sha256 = {"a": hashlib.sha256(b"1").hexdigest(), "b/c d": hashlib.sha256(b"2").hexdigest()}
    assert list(read_checksums(path).items()) == list(sha256.items())


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="the system has no sha256sum")
def test_sha256sum_reads_it(path: Path) -> None:
    done = subprocess.run(["sha256sum", "--check", "--strict", path.name], cwd=path.parent, capture_output=True)
    assert (done.returncode, done.stdout) == (0, b"a: OK\nb/c d: OK\n")


def test_other_bytes_are_named(path: Path) -> None:
    assert changed_files(path) == []
    check_listed(path, "a", fix="")
    (path.parent / "a").write_bytes(b"3")
    (path.parent / "b" / "c d").unlink()
    assert changed_files(path) == ["a", "b/c d"]
    for name, problem in (("a", "a is damaged: its sha256 in .*list is 6b86b273ff34"), ("b/c d", "must be readable")):
        with pytest.raises(ArtefactError, match=problem) as caught:
            check_listed(path, name, fix="Restore it.")
        assert caught.value.fix == "Restore it."


def test_facts_stand_before_the_checksums(path: Path) -> None:
    before = path.read_text()
    write_checksums(path, ["a", "b/c d"], {"answer": "42"})
    assert path.read_text() == "# answer: 42\n" + before
    assert (read_facts(path), changed_files(path)) == ({"answer": "42"}, [])
    if shutil.which("sha256sum"):
        subprocess.run(["sha256sum", "--check", "--strict", path.name], cwd=path.parent, check=True)


def test_what_is_not_listed_is_not_checked(path: Path) -> None:
    check_listed(path, "notes.txt", fix="")
    check_listed(path.with_name("no list"), "a", fix="")
    path.write_text("")
    assert (read_checksums(path), changed_files(path)) == ({}, [])


@pytest.mark.parametrize("line", ["a", f"{'0' * 64} a", f"{'0' * 63}  a", f"{'0' * 64}  ", f"{'0' * 64}  a\0b"])
def test_a_damaged_list_is_refused(path: Path, line: str) -> None:
    path.write_text(path.read_text() + line + "\n")
    with pytest.raises(ArtefactError, match=r"list, line 3: .* a sha256 and a name"):
        read_checksums(path)
