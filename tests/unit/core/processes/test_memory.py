import mmap
import sys
from pathlib import Path

import pytest

from blemore_cli.core.processes import memory
from blemore_cli.core.processes.memory import give_back, trim_heap

N_BYTES = 2**23


def resident_files() -> float:
    """MB of files that are mapped into the memory of this process."""
    status = Path("/proc/self/status")
    if not status.exists():
        pytest.skip("this system has no /proc")
    line = next(line for line in status.read_text().splitlines() if line.startswith("RssFile"))
    return int(line.split()[1]) / 1024


def test_memory_goes_and_the_content_stays(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"a" * N_BYTES)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapping:
        assert mapping.find(b"b") == -1
        before = resident_files()
        give_back(mapping)
        assert resident_files() <= before - 7
        assert (mapping[0], mapping[-1], len(mapping)) == (97, 97, N_BYTES)


def resident() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1]) * 4096


@pytest.mark.skipif(sys.platform != "linux", reason="the C library of Linux alone gives freed memory back")
def test_freed_memory_goes_back() -> None:
    blocks = [bytearray(100_000) for _ in range(2000)]
    last = bytearray(100_000)
    held = resident()
    del blocks
    trim_heap()
    assert held - resident() > 100 << 20
    assert len(last) == 100_000


def test_another_c_library_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    memory._c_library.cache_clear()
    trim_heap()
    assert memory._c_library() is None
    memory._c_library.cache_clear()
