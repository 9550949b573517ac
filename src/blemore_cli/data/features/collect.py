"""Features of one encoder in the order of the clips of the challenge."""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

import numpy as np

from blemore_cli.core.choices import Modality
from blemore_cli.core.config.schema import DataConfig
from blemore_cli.core.errors import DataError, listed
from blemore_cli.core.types import Bools, Clips, EncoderFeatures
from blemore_cli.data.features.alignment import aligned
from blemore_cli.data.features.evidence.selection import NO_CHOICE, check_patterns, with_columns_chosen
from blemore_cli.data.features.layers.choice import without_layer
from blemore_cli.data.features.readers.base import Request, Source
from blemore_cli.data.features.records import SourceFeatures
from blemore_cli.data.features.search.name_mismatch import name_mismatch
from blemore_cli.data.features.search.other_half import described_half, packed_half
from blemore_cli.data.features.search.split_words import counterparts

Progress = Callable[[str, int, int], None]
"""Called with the encoder's name, the number of clips done, and the number of all clips."""

_NOT_OF_READING: Final = (
    *("features", "encoders", "train_metadata", "test_metadata", "index", "allow_actor_overlap"),
    *("aggregate", "missing", "modality", "jobs"),
)
"""Keys that do not decide how a source is read, or that the index holds in words of its own."""

KNOWN_NAMES: Final = MappingProxyType[Modality, str](
    {
        "av": "hicmae|avhubert|audiovi[sd]|multimodal",
        "audio": "audio|speech|voice|hubert|wavlm|wav2vec|data2vec|emotion2vec|xlsr|whisper|egemaps|opensmile|compare|"
        "mfcc|clap|vggish|panns",
        "video": "video|visual|vision|face|clip|imagebind|swin|vit|dino|resnet|convnext|efficientnet|marlin|emonet|i3d|"
        "timesformer|landmark|pose",
    }
)
"""Parts of encoder names by modality, looked up in this order: `avhubert` is not `hubert`."""


def collect(
    source: Source, clips: Clips, config: DataConfig, *, progress: Progress = lambda *_: None
) -> tuple[EncoderFeatures, list[str]]:
    """Reads the features of one encoder for all N clips.

    Returns:
        The features, and notes of what was left out or guessed.

    Raises:
        DataError: If a file breaks a rule, a clip is missing without `missing="mask"`, or a feature is not finite.
    """
    choice = config.columns.get(source.name, NO_CHOICE)
    request = request_for(clips, config, lambda n_done: progress(source.name, n_done, len(clips)))
    try:
        read = _read(source, clips, replace(request, columns=choice))
        rows, present = aligned(read, clips, choice, missing=config.missing)
    except DataError as error:
        where = "" if any(str(path) in error.message for path in source.paths) else f" ({source.place})"
        raise DataError(f"encoder {source.name}{where}: {error.message}", fix=error.fix) from error
    progress(source.name, len(clips), len(clips))
    modality, notes = chosen_modality(source.name, config.modality, read.modality)
    at = str(source.path)
    features = np.asarray(rows.features, dtype=np.float32)
    parts = (features, present, modality, at, read.aggregate, read.sha256, rows.columns)
    encoder = EncoderFeatures(source.name, *parts, settings=reading_settings(config), files=read.files)
    return encoder, [*notes, *_notes(source.name, read, rows, present)]


def reading_settings(config: DataConfig) -> str:
    """The configuration keys that decide how a source is read, beside the aggregate, as JSON."""
    return json.dumps(config.model_dump(mode="json", exclude=set(_NOT_OF_READING)), sort_keys=True)


def request_for(clips: Clips, config: DataConfig, done: Callable[[int], None] = lambda _: None) -> Request:
    """The request for features of these clips."""
    return Request(frozenset(clips.filename.tolist()).__contains__, config, done)


def chosen_modality(
    encoder: str, given: Mapping[str, Modality], stored: Modality | None = None
) -> tuple[Modality, list[str]]:
    """The modality that the user gives, or that is stored, or of the encoder's name; a note where it is a default."""
    if known := given.get(encoder) or given.get(without_layer(encoder)) or stored or modality_of(encoder):
        return known, []
    return "av", [f"encoder {encoder}: modality unknown, taken as av; set it with --modality {encoder}=video|audio|av"]


def modality_of(name: str) -> Modality | None:
    """Guesses the modality of an encoder from its name; none where no known name is part of it."""
    letters = re.sub(r"[^a-z0-9]|facebook", "", name.lower())
    return next((modality for modality, known in KNOWN_NAMES.items() if re.search(known, letters)), None)


def _read(source: Source, clips: Clips, request: Request) -> SourceFeatures:
    if source.reader.lists_clips:  # refused before the work of reading
        _check_missing(source, source.reader.clips_of(source, request.is_clip), clips, request.config)
    read = with_columns_chosen(source.reader.read(source, request), request.columns)
    check_patterns(request.columns, read, source.name)
    _check_missing(source, read.clips, clips, request.config, read.no_frame_left)
    return read


def _check_missing(
    source: Source, present: Iterable[str], clips: Clips, config: DataConfig, no_frame_left: Sequence[str] = ()
) -> None:
    names, known = list(present), clips.filename.tolist()
    missing = _not_in(known, names)
    if len(missing) == len(known):
        raise DataError(
            f"{source.place} must have clips of the metadata, such as {known[0]}, got {listed(names, 3) or 'none'}"
            f"{f': {name_mismatch(names, known)}' if names else ''}",
            fix="Name the clips as in the metadata.",
        )
    if missing and config.missing == "error":
        raise DataError(
            f"{source.place} must have every clip, got {len(known) - len(missing)} of {len(known)}; "
            f"missing: {listed(missing)}{_with_empty_files(no_frame_left)}{_with_strangers(source, names, clips)}",
            fix=_fix_of_missing(source, missing, clips),
        )


def _fix_of_missing(source: Source, missing: list[str], clips: Clips) -> str:
    """The next step where clips are missing; where the other split's half is looked for, if they are all of a split."""
    go_on = "or go on without them with --missing mask."
    for split, of_split in (("test", clips.is_test), ("training", ~clips.is_test)):
        if of_split.any() and set(missing) == set(clips.filename[of_split].tolist()):
            places = [described_half(place) for place in counterparts(source.path)]
            where = f"looked for in {listed(places, 3)}" if places else "in no other file or folder of this name"
            packed = f" Unpack {archive}, which is beside it." if (archive := packed_half(source.path)) else ""
            return f"These are all {split} clips, {where}.{packed} Name the path that has them, too, {go_on}"
    return f"Extract the missing clips; join what is in several places by --encoder NAME=A --encoder NAME=B; {go_on}"


def _with_strangers(source: Source, names: list[str], clips: Clips) -> str:
    """The names that are no known clip's, and why, where clips are missing."""
    strangers = _not_in(source.reader.clips_of(source) if source.reader.lists_clips else names, clips.filename.tolist())
    if not strangers:
        return ""
    cause = name_mismatch(strangers, clips.filename.tolist())
    return f"; {len(strangers)} other names, such as {listed(strangers, 2)}: {cause}"


def _with_empty_files(clips: Sequence[str]) -> str:
    return f"; no frame left in the files of {listed(list(clips))}" if clips else ""


def _not_in(known: list[str], names: list[str]) -> list[str]:
    present = frozenset(names)
    return [name for name in known if name not in present]


def _notes(encoder: str, read: SourceFeatures, rows: SourceFeatures, present: Bools) -> list[str]:
    notes = []
    if read.left_out:
        notes.append(f"left out columns {listed(list(read.left_out), 9)}")
    if strangers := _not_in(read.clips, rows.clips):
        notes.append(f"{len(strangers)} clips are not in the metadata: {listed(strangers, 3)}")
    notes += rows.notes
    known = frozenset(rows.clips)
    if empty := [clip for clip in read.no_frame_left if clip in known]:
        notes.append(f"{len(empty)} clips have no frame left: {listed(empty, 3)}")
    if not present.all():
        notes.append(f"{int((~present).sum())} clips are missing and masked")
    return [f"encoder {encoder}: {note}" for note in notes]
