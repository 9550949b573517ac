import io
from pathlib import Path

import h5py
import pytest

from blemore_cli.data.index import text_heap
from blemore_cli.data.index.text_heap import check_text_heap


def written(n_texts: int) -> bytes:
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        file.create_dataset("names", data=[f"clip {number}" for number in range(n_texts)], dtype=h5py.string_dtype())
    return buffer.getvalue()


@pytest.mark.parametrize("n_texts", [1, 7, 500])
def test_a_sound_heap_is_passed(n_texts: int, tmp_path: Path) -> None:
    check_text_heap(written(n_texts))
    (tmp_path / "a.h5").write_bytes(written(n_texts))
    check_text_heap(tmp_path / "a.h5")


@pytest.mark.parametrize("window", [1, 5, 1000, 2**26])
def test_a_heap_without_an_end_is_refused(tmp_path: Path, window: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_heap, "_WINDOW", window)
    content = bytearray(written(7))
    start = content.index(b"GCOL") + 16
    content[start : start + 64] = bytes(64)
    with pytest.raises(ValueError, match="heap of its text is damaged"):
        check_text_heap(bytes(content))
    (tmp_path / "a.h5").write_bytes(content)
    with pytest.raises(ValueError, match="heap of its text is damaged"):
        check_text_heap(tmp_path / "a.h5")


def test_other_files_are_passed(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    check_text_heap(tmp_path / "empty")
    check_text_heap(b"GCOL\x01\0\0\0")
