"""kill -9, Ctrl-C, a disk that fills up, and two commands at once: an extraction goes on to the same bytes."""

import os
import resource
import signal
import subprocess
import sys
import time
import wave
from pathlib import Path

import numpy as np
import pytest
from tests.integration.test_permissions import WITHOUT_RIGHTS
from tests.long_campaigns import IS_LONG

pytest.importorskip("av", reason="the package av is not installed")
pytestmark = pytest.mark.slow

N_CLIPS = 24
MOMENTS = (0, 0, 1, 3, 5, 8, 11, 14, 18, 21)
"""Files of features that are there when the process is killed, one after the other; the suite takes four of them."""
MODULE = """
import os
import time
import numpy as np
import blemore_cli as blemore
from blemore_cli.extraction.encoders import SoundEncoder

class Slow(SoundEncoder):
    width = 2
    columns = ("mean", "rms")
    def open(self, device):
        pass
    def encode(self, samples):
        time.sleep(float(os.environ.get("PAUSE", "0.05")))
        rows = samples[: len(samples) // 1600 * 1600].reshape(-1, 1600)
        return np.stack([rows.mean(axis=1), np.sqrt((rows**2).mean(axis=1))], axis=1)

blemore.register_encoder("slow", Slow)
"""
COMMAND = (sys.executable, "-c", "import slow_encoder; from blemore_cli.cli.app import main; main()")
WORDS = ("extract", "--media", "clips", "--encoder", "slow", "--device", "cpu", "--quiet")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of clips, an encoder of its own, and the features of an undisturbed extraction in `whole`."""
    folder = tmp_path_factory.mktemp("extraction")
    (folder / "slow_encoder.py").write_text(MODULE)
    (folder / "clips").mkdir()
    random = np.random.default_rng(0)
    for number in range(N_CLIPS):
        with wave.open(str(folder / "clips" / f"clip_{number:02d}.wav"), "wb") as file:
            file.setparams((1, 2, 16_000, 0, "NONE", ""))
            file.writeframes(random.integers(-9_000, 9_000, 8_000, dtype=np.int16).tobytes())
    done = finished(folder, "whole")
    assert done.returncode == 0, done.stderr
    return folder


def started(
    folder: Path, out: str, *, prefix: tuple[str, ...] = (), most_bytes: int = 0, pause: float = 0.05
) -> "subprocess.Popen[str]":
    def prepare() -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)  # an idle shell would start it with SIGINT ignored
        if most_bytes:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))

    path = os.pathsep.join([str(folder), *sys.path])
    environment = {**os.environ, "PYTHONPATH": path, "NO_COLOR": "1", "PAUSE": str(pause)}
    jobs = "1" if most_bytes else "2"  # what worker processes share is a file, too
    return subprocess.Popen(
        [*prefix, *COMMAND, *WORDS, "--out", out, "--jobs", jobs],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=prepare,
        start_new_session=True,
    )


def finished(
    folder: Path, out: str, *, prefix: tuple[str, ...] = (), most_bytes: int = 0
) -> "subprocess.CompletedProcess[str]":
    process = started(folder, out, prefix=prefix, most_bytes=most_bytes)
    stdout, stderr = process.communicate(timeout=120)
    return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)


def features(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (out / "slow").glob("[!.]*")}


def wait_for(out: Path, n_files: int, process: "subprocess.Popen[str]") -> None:
    """Waits until so many clips are done."""
    end = time.monotonic() + 60
    while len(features(out)) < n_files:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.005)


def check_whole(project: Path, out: str) -> None:
    done = finished(project, out)
    assert done.returncode == 0, done.stderr
    assert features(project / out) == features(project / "whole")
    assert len(features(project / out)) == N_CLIPS
    assert not list((project / out).rglob(".tmp-*"))


def test_killed_at_its_moments_it_ends_with_the_same_bytes(project: Path) -> None:
    out = project / "killed"
    for n_files in MOMENTS if IS_LONG else MOMENTS[::3]:
        process = started(project, out.name)
        wait_for(out, n_files, process)
        time.sleep(0.013 * n_files % 0.07)
        process.kill()
        process.communicate(timeout=60)
        kept = features(out)
        whole = features(project / "whole")
        assert all(whole[name] == content for name, content in kept.items())
    check_whole(project, out.name)


def test_interrupted_it_exits_with_130_and_goes_on(project: Path) -> None:
    process = started(project, "interrupted", pause=0.5)
    wait_for(project / "interrupted", 4, process)
    os.killpg(process.pid, signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 130, stderr
    assert "Traceback" not in stderr
    check_whole(project, "interrupted")


def test_a_disk_that_fills_up_loses_nothing(project: Path) -> None:
    n_before = 0
    for most_bytes in (40, 700, 1_500):
        done = finished(project, "full", most_bytes=most_bytes)
        assert done.returncode == 4, done.stderr
        assert "File too large" in done.stderr
        assert "Traceback" not in done.stderr
        n_before, n_earlier = len(features(project / "full")), n_before
        assert n_before >= n_earlier
    assert n_before > 0
    check_whole(project, "full")


def test_a_folder_that_cannot_be_written_is_named(project: Path) -> None:
    (project / "file").touch()
    done = finished(project, "file/features")
    assert (done.returncode, "file/features must be writable" in done.stderr) == (4, True), done.stderr
    if os.getuid() == 0 and subprocess.run([*WITHOUT_RIGHTS, "true"], capture_output=True, check=False).returncode:
        pytest.skip("root may write everything, and the system has no setpriv to take that away")
    (project / "locked").mkdir(mode=0o555)
    done = finished(project, "locked/features", prefix=WITHOUT_RIGHTS if os.getuid() == 0 else ())
    assert (done.returncode, "locked/features must be writable" in done.stderr) == (4, True), done.stderr


def test_two_at_once_are_refused(project: Path) -> None:
    process = started(project, "shared", pause=0.5)
    wait_for(project / "shared", 2, process)
    other = finished(project, "shared")
    assert other.returncode == 4
    assert "one command at a time works on" in other.stderr
    assert process.poll() is None
    process.kill()
    process.communicate(timeout=60)
    check_whole(project, "shared")
