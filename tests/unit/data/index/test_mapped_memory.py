import mmap
from pathlib import Path

import pytest

from blemore_cli.data.index.mapped_memory import give_back

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
