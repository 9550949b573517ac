"""Extraction of one clip: decoded once, by all its encoders."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from blemore_cli.core.errors import BlemoreError, DataError
from blemore_cli.core.files import replacing, sha256_of
from blemore_cli.data.features.column_names import write_column_names
from blemore_cli.extraction.encoders.base import Encoder, FrameEncoder, NoFeaturesError, SoundEncoder
from blemore_cli.extraction.encoders.families import EncoderSpec
from blemore_cli.extraction.faces import FaceDetector, FaceTrack
from blemore_cli.extraction.features import FrameFeatures, features_of_sound
from blemore_cli.extraction.manifest import ClipRecord, features_file
from blemore_cli.extraction.media.files import ClipMedia
from blemore_cli.extraction.media.sound import SAMPLE_RATE, SoundState, read_waveform
from blemore_cli.extraction.media.video import VideoState, read_frames


@dataclass(frozen=True)
class ClipTask:
    """The extraction of one clip.

    Attributes:
        media: Its media files.
        specs: The encoders.
        out: Folder of the encoders' folders.
        device: Where encoders run.
    """

    media: ClipMedia
    specs: tuple[EncoderSpec, ...]
    out: Path
    device: str


def extract_clip(task: ClipTask) -> dict[str, ClipRecord]:
    """Writes the features of a clip by each of its encoders, and returns the records by encoder.

    Raises:
        BlemoreError: If an encoder cannot be opened, or a file cannot be written. Media without features are no error,
            but a record of a failure.
    """
    encoders = {spec.name: _opened(spec, task.device) for spec in task.specs}
    sound = {name: encoder for name, encoder in encoders.items() if isinstance(encoder, SoundEncoder)}
    video = {name: encoder for name, encoder in encoders.items() if isinstance(encoder, FrameEncoder)}
    records: dict[str, ClipRecord] = {}
    if sound:
        records |= _sound_records(task, sound)
    if video:
        records |= _video_records(task, video)
    return records


def source_of(spec: EncoderSpec, media: ClipMedia) -> Path:
    """The file of a clip that an encoder reads."""
    return media.sound if isinstance(spec.make(), SoundEncoder) else media.video or media.sound


def records_of_lost(task: ClipTask, reason: str) -> dict[str, ClipRecord]:
    """The failures of a clip whose process was killed, by a decoder's fault or for lack of memory."""
    records = {spec.name: _record_of_source(task.media.clip, source_of(spec, task.media)) for spec in task.specs}
    return {name: replace_record(record, failure=reason) for name, record in records.items()}


@cache
def _opened(spec: EncoderSpec, device: str) -> Encoder:
    """An open encoder, kept for the life of the process."""
    encoder = spec.make()
    encoder.open(device)
    return encoder


@cache
def _face_detector() -> FaceDetector:
    return FaceDetector()


def _sound_records(task: ClipTask, encoders: dict[str, SoundEncoder]) -> dict[str, ClipRecord]:
    path, state = task.media.sound, SoundState()
    base = _record_of_source(task.media.clip, path)
    try:
        samples = read_waveform(path, state)
    except Exception as error:
        return dict.fromkeys(encoders, replace_record(base, failure=_failure(error, path)))
    base = replace_record(base, seconds=round(len(samples) / SAMPLE_RATE, 4), damage=state.damage)
    records = {}
    for name, encoder in encoders.items():
        try:
            features = features_of_sound(encoder, samples)
        except Exception as error:
            records[name] = replace_record(base, failure=_failure(error, path))
        else:
            records[name] = _written(task.out / name, encoder, features, base)
    return records


def _video_records(task: ClipTask, encoders: dict[str, FrameEncoder]) -> dict[str, ClipRecord]:
    path, state = task.media.video, VideoState()
    if path is None:
        base = _record_of_source(task.media.clip, task.media.sound)
        return dict.fromkeys(encoders, replace_record(base, failure="it has no picture, only sound"))
    base = _record_of_source(task.media.clip, path)
    faces = FaceTrack(_face_detector()) if any(encoder.crop == "face" for encoder in encoders.values()) else None
    parts = {
        name: FrameFeatures(encoder, faces if encoder.crop == "face" else None) for name, encoder in encoders.items()
    }
    failures: dict[str, str] = {}
    try:
        for frames in read_frames(path, state):
            for name in parts.keys() - failures.keys():
                _guarded(parts[name].add, frames, failures, name, path)
            if faces is not None:
                faces.forget()
    except Exception as error:
        return dict.fromkeys(encoders, replace_record(base, failure=_failure(error, path)))
    base = replace_record(base, seconds=round(state.seconds, 4), frames=state.n_frames, damage=state.damage)
    return {name: _finished(task, name, part, base, failures) for name, part in parts.items()}


def _guarded(add: Any, frames: Any, failures: dict[str, str], name: str, path: Path) -> None:
    """Lets one encoder fail on a clip without the others."""
    try:
        add(frames)
    except Exception as error:
        failures[name] = _failure(error, path)


def _finished(task: ClipTask, name: str, part: FrameFeatures, base: ClipRecord, failures: dict[str, str]) -> ClipRecord:
    if part.faces is not None:
        base = replace_record(base, lost=part.faces.count.n_lost, several=part.faces.count.n_several)
    if name in failures:
        return replace_record(base, failure=failures[name])
    try:
        features = part.finish()
    except Exception as error:
        return replace_record(base, failure=_failure(error, task.media.video or task.media.sound))
    return _written(task.out / name, part.encoder, features, base)


def _written(folder: Path, encoder: Encoder, features: NDArray[np.float32], base: ClipRecord) -> ClipRecord:
    write_column_names(folder, encoder.columns)
    path = features_file(folder, base.clip)
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.save(file, features)
    rows = 1 if features.ndim == 1 else features.shape[-2]
    return replace_record(base, rows=rows, sha256=sha256_of(path))


def replace_record(record: ClipRecord, **changes: Any) -> ClipRecord:
    """A record with some values replaced."""
    return record.model_copy(update=changes)


def _record_of_source(clip: str, path: Path) -> ClipRecord:
    try:
        state = path.stat()
    except OSError:  # it is gone since it was listed; decoding it says so
        return ClipRecord(clip=clip)
    return ClipRecord(clip=clip, size=state.st_size, mtime_ns=state.st_mtime_ns)


def _failure(error: Exception, path: Path) -> str:
    """Why an encoder has no features of a clip; errors of installation and of the disk are no such reason.

    Raises:
        BlemoreError: If it is such an error.
    """
    if isinstance(error, NoFeaturesError):
        return str(error)
    if isinstance(error, BlemoreError) and not isinstance(error, DataError):
        raise error
    return _reason(error, path)


def _reason(error: Exception, path: Path) -> str:
    """An error in one line, without the path that the record names anyway."""
    text = error.message if isinstance(error, BlemoreError) else f"{type(error).__name__}: {error}"
    return " ".join(text.replace(str(path), "the file").split())[:200]
