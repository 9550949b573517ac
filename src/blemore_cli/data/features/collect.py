"""One source of features becomes one matrix with a row for each clip of the challenge."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from blemore_cli.core.choices import Aggregate, Missing, Modality
from blemore_cli.core.errors import DataError, listed
from blemore_cli.core.types import Bools, Clips, EncoderFeatures, Floats
from blemore_cli.data.features.aggregate import AGGREGATIONS
from blemore_cli.data.features.arrays import content_of, sha256_of_bytes
from blemore_cli.data.features.folder import STATIC, read_folder
from blemore_cli.data.features.modality import modality_of
from blemore_cli.data.features.sources import Source, clip_files
from blemore_cli.data.features.tables import ClipTable, table_of_npz, table_of_text_or_parquet
from blemore_cli.data.index.file import read_index

Progress = Callable[[str, int, int], None]
"""Called with the encoder's name, the number of clips done, and the number of all clips."""


@dataclass(frozen=True)
class CollectOptions:
    """How features are read.

    Attributes:
        aggregate: How frames become one row.
        missing: Whether a clip without features is an error or is masked.
        jobs: Number of processes; 0 is one for each core.
        modality: Modalities of encoders whose names do not tell them rightly.
    """

    aggregate: Aggregate = "stats7"
    missing: Missing = "error"
    jobs: int = 0
    modality: Mapping[str, Modality] = field(default_factory=dict)


@dataclass(frozen=True)
class Collected:
    """An encoder, and what its reader should know.

    Attributes:
        encoder: The features.
        notes: What was left out or guessed.
    """

    encoder: EncoderFeatures
    notes: list[str]


@dataclass(frozen=True)
class _Read:
    """The rows of a source, before they are put in the order of the clips."""

    clips: list[str]
    features: Floats
    sha256: str
    aggregate: str = STATIC
    columns: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    modality: Modality | None = None


def collect(
    source: Source, clips: Clips, options: CollectOptions, *, progress: Progress = lambda *_: None
) -> Collected:
    """Reads the features of one encoder for all N clips.

    Raises:
        DataError: If a file breaks a rule, a clip is missing without `missing="mask"`, or a feature is not finite.
    """
    try:
        read = _read(source, clips, options, lambda n_done: progress(source.name, n_done, len(clips)))
        features, present = _aligned(read, clips)
        _check_finite(read, features, present, clips)
    except DataError as error:
        where = "" if str(source.path) in error.message else f" ({source.path})"
        raise DataError(f"encoder {source.name}{where}: {error.message}", fix=error.fix) from error
    progress(source.name, len(clips), len(clips))
    modality, notes = chosen_modality(source.name, options, read.modality)
    encoder = EncoderFeatures(
        source.name, features, present, modality, str(source.path), read.aggregate, sha256=read.sha256
    )
    return Collected(encoder, [*notes, *_notes(source, read, clips, present)])


def chosen_modality(name: str, options: CollectOptions, stored: Modality | None = None) -> tuple[Modality, list[str]]:
    """The modality that the user gives, else the one stored with the features, else the one the name tells.

    Returns:
        The modality, and a note where it is a mere default.

    Examples:
        >>> chosen_modality("hubert", CollectOptions(modality={"hubert": "av"}))
        ('av', [])
    """
    known = options.modality.get(name) or stored or modality_of(name)
    note = f"encoder {name}: modality unknown, taken as av; set it with --modality {name}=video|audio|av"
    return known or "av", [] if known else [note]


def _read(source: Source, clips: Clips, options: CollectOptions, done: Callable[[int], None]) -> _Read:
    if source.kind == "clip_folder":
        return _read_clip_folder(source, clips, options, done)
    if source.kind == "index":
        read = _read_from_index(source)
    else:
        content = content_of(source.path)
        parse = table_of_npz if source.kind == "static_npz" else table_of_text_or_parquet
        table: ClipTable = parse(content, source.path)
        read = _Read(
            table.clips,
            table.features,
            sha256_of_bytes(content),
            columns=table.columns,
            left_out=table.left_out,
        )
    _check_missing(source, read.clips, clips, options)
    return read


def _read_clip_folder(source: Source, clips: Clips, options: CollectOptions, done: Callable[[int], None]) -> _Read:
    files = clip_files(source.path, frozenset(clips.filename.tolist()).__contains__)
    _check_missing(source, files, clips, options)  # before the work of reading
    found = read_folder(files, aggregate=options.aggregate, jobs=options.jobs, done=done)
    return _Read(list(files), found.features, found.sha256, found.aggregate, found.columns, found.left_out)


def _read_from_index(source: Source) -> _Read:
    index = read_index(source.path)
    info, present = index.encoders[source.name], index.present(source.name)
    names = index.clips.filename[present].tolist()
    features = index.features(source.name)[present]
    return _Read(names, features, info.sha256, info.aggregate, modality=info.modality)


def _check_missing(source: Source, found: Iterable[str], clips: Clips, options: CollectOptions) -> None:
    names, known = list(found), clips.filename.tolist()
    missing = _not_in(known, names)
    if len(missing) == len(known):
        raise DataError(
            f"{source.path} must have clips of the metadata, such as {known[0]}, got {listed(names, 3) or 'none'}",
            fix="Name the clips as in the metadata.",
        )
    if missing and options.missing == "error":
        raise DataError(
            f"{source.path} must have every clip, got {len(known) - len(missing)} of {len(known)}; "
            f"missing: {listed(missing)}",
            fix="Extract the missing clips, or go on without them with --missing mask.",
        )


def _not_in(known: list[str], names: list[str]) -> list[str]:
    there = frozenset(names)
    return [name for name in known if name not in there]


def _aligned(read: _Read, clips: Clips) -> tuple[NDArray[np.float32], Bools]:
    """Features (N, D) in the order of the clips, NaN where absent, and where they are present (N,)."""
    row_of = {clip: row for row, clip in enumerate(read.clips)}
    rows = np.array([row_of.get(clip, -1) for clip in clips.filename.tolist()])
    present = rows >= 0
    features = np.full((len(clips), read.features.shape[1]), np.nan, dtype=np.float32)
    with np.errstate(over="ignore"):
        features[present] = read.features[rows[present]]
    return features, present


def _check_finite(read: _Read, features: Floats, present: Bools, clips: Clips) -> None:
    bad = ~np.isfinite(features) & present[:, None]
    if not bad.any():
        return
    repeats = AGGREGATIONS[read.aggregate].n_statistics if read.aggregate in AGGREGATIONS else 1
    width = features.shape[1] // repeats
    columns = np.unique(np.flatnonzero(bad.any(axis=0)) % width).tolist()
    names = [read.columns[column] if read.columns else str(column) for column in columns]
    raise DataError(
        f"features must be finite numbers in float32, got NaN or infinite values in columns {listed(names)} "
        f"(counted from 0, of {width}) of clips {listed(clips.filename[bad.any(axis=1)].tolist())}",
        fix="Extract these clips again, or remove their files and use --missing mask.",
    )


def _notes(source: Source, read: _Read, clips: Clips, present: Bools) -> list[str]:
    notes = []
    if read.left_out:
        notes.append(f"encoder {source.name}: left out columns {listed(list(read.left_out), 9)}")
    if strangers := _not_in(read.clips, clips.filename.tolist()):
        notes.append(f"encoder {source.name}: {len(strangers)} clips are not in the metadata: {listed(strangers, 3)}")
    if not present.all():
        notes.append(f"encoder {source.name}: {int((~present).sum())} clips are missing and masked")
    return notes
