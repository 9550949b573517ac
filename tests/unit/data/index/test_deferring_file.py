import subprocess
import sys
from pathlib import Path

import h5py
import pytest

from blemore_cli.data.index.deferring_file import DeferringFile, deferring_errors

FULL = """
import resource, sys
from pathlib import Path
from blemore_cli.data.index.deferring_file import DeferringFile, deferring_errors
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
with DeferringFile(Path(sys.argv[1])) as file:
    print(file.write(b"x" * 600), file.error, file.write(b"x" * 600), file.write(b"x"), file.truncate(2000))
    print(file.error)
try:
    with deferring_errors(Path(sys.argv[1])) as file:
        file.write(b"x" * 1001)
        raise ValueError("what follows")
except OSError as error:
    print(error, "after", repr(error.__context__))
"""


def test_all_is_written_and_read(tmp_path: Path) -> None:
    with deferring_errors(tmp_path / "x.h5") as target, h5py.File(target, "w") as file:
        file["x"] = list(range(1000))
        assert file["x"][999] == 999
    with h5py.File(tmp_path / "x.h5") as file:
        assert file["x"][()].tolist() == list(range(1000))


def test_another_error_passes_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="other"), deferring_errors(tmp_path / "x"):
        raise ValueError("other")
    with pytest.raises(FileNotFoundError):
        DeferringFile(tmp_path / "none/x")


def test_an_error_of_the_system_is_kept_and_raised_at_the_end(tmp_path: Path) -> None:
    words = [sys.executable, "-c", FULL, str(tmp_path / "x")]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        "600 None 600 1 2000",
        "[Errno 27] File too large",
        "[Errno 27] File too large after ValueError('what follows')",
    ]
