import sys
from pathlib import Path

import pytest

from blemore_cli.core.processes import memory
from blemore_cli.core.processes.memory import trim_heap


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
