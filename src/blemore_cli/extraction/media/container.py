"""Media containers: opening a stream of a file, and its frames past packets that cannot be decoded."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

from blemore_cli.core.errors import DataError, UsageError

if TYPE_CHECKING:
    from av.container import InputContainer

FORMATS: Final = ",".join(
    (
        *("mov", "mp4", "m4a", "m4v", "3gp", "3g2", "mj2", "matroska", "webm", "avi", "asf", "flv", "mpegts", "mpeg"),
        *("mpegvideo", "h264", "hevc", "wav", "w64", "flac", "mp3", "ogg", "aac", "aiff"),
    )
)
"""Formats of files that hold their own media; a playlist, whatever its name, could have other files read."""

StreamKind = Literal["video", "audio"]


class CountsBadPackets(Protocol):
    """The state of a stream that counts what cannot be decoded."""

    n_bad_packets: int


@contextmanager
def opened(path: Path, kind: StreamKind) -> Iterator[tuple["InputContainer", Any]]:
    """Opens a media file, and its first stream of a kind for decoding with one thread.

    Raises:
        DataError: If the file is missing, no media file, or has no such stream.
        UsageError: If PyAV is not installed.
    """
    av = _library()
    try:
        container = av.open(str(path), metadata_errors="replace", options={"format_whitelist": FORMATS})
    except (av.error.FFmpegError, OSError, ValueError) as error:
        raise DataError(f"{path} must be a media file: {_reason(path, error)}", fix="Replace the file.") from error
    with container:
        streams = container.streams.video if kind == "video" else container.streams.audio
        if not streams:
            raise DataError(f"{path} must have {'a picture' if kind == 'video' else 'sound'}, and has none")
        streams[0].thread_count = 1
        yield container, streams[0]


def packets_of(container: Any, stream: Any, state: CountsBadPackets) -> Iterator[Any]:
    """Decodes a stream packet by packet, so that one that is damaged loses no other."""
    av = _library()
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except StopIteration:
            return
        except av.error.FFmpegError:  # the rest of the file cannot be divided into packets
            state.n_bad_packets += 1
            return
        try:
            frames = packet.decode()
        except av.error.FFmpegError:
            state.n_bad_packets += 1
            continue
        yield from frames


def start_of(container: Any) -> float:
    """The time in seconds at which a file starts, from which its frames and its sound are counted."""
    return (container.start_time or 0) / 1e6


def seconds_of(stream: Any) -> float:
    """The length in seconds that a stream states; 0 where it states none."""
    return float(stream.duration * stream.time_base) if stream.duration and stream.time_base else 0.0


def _reason(path: Path, error: Exception) -> str:
    if path.is_file() and not path.stat().st_size:
        return "it is empty"
    return str(getattr(error, "strerror", None) or error)


def _library() -> Any:
    try:
        import av
    except ImportError:
        raise UsageError(
            "reading media files needs the package av", fix="Run `pip install 'blemore[extract]'`."
        ) from None
    av.logging.set_level(None)
    return av
