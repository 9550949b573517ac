from pathlib import Path

import pytest

from blemore_cli.core.errors import DataError
from blemore_cli.data.extracted import CLIPS_FILE, check_as_extracted
from blemore_cli.data.index.sources_file import FileStamp


def stamps(folder: Path, **sha256: str) -> dict[str, FileStamp]:
    return {str(folder / f"{clip}.npy"): FileStamp(1, 1, checksum) for clip, checksum in sha256.items()}


def write(folder: Path, *lines: str) -> None:
    (folder / CLIPS_FILE).write_text("".join(f"{line}\n" for line in ("clip,rows,sha256", *lines)))


def test_files_without_a_record_are_not_checked(tmp_path: Path) -> None:
    check_as_extracted(stamps(tmp_path, a="1"))
    write(tmp_path, "b,3,2")
    check_as_extracted(stamps(tmp_path, a="1", b="2"))


def test_a_changed_file_is_named(tmp_path: Path) -> None:
    write(tmp_path, "a,3,1", "b,3,2")
    with pytest.raises(DataError, match=r"1 are not: .*b\.npy") as error:
        check_as_extracted(stamps(tmp_path, a="1", b="9"))
    assert CLIPS_FILE in error.value.fix


def test_the_last_record_of_a_clip_counts_and_an_unfinished_one_does_not(tmp_path: Path) -> None:
    write(tmp_path, "a,3,1", "a,3,2")
    with (tmp_path / CLIPS_FILE).open("a") as file:
        file.write("a,3,half")
    check_as_extracted(stamps(tmp_path, a="2"))
