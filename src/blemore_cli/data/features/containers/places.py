"""Places of the features of clips in a container, found by the names of clips among its keys or its texts."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from blemore_cli.core.errors import DataError, listed
from blemore_cli.data.features.containers.base import Container, Name, shown
from blemore_cli.data.metadata.clip_names import clip_name

IsClip = Callable[[str], bool]

_FEATURE_KEYS: Final = (
    *("x", "feature", "features", "feat", "feats", "embedding", "embeddings", "emb", "embs", "data", "values", "array"),
    *("arr_0", "last_hidden_state", "hidden_states", "hidden_state", "representation", "representations", "tensor"),
)
"""Names, in lower case, of the array with the features where there are several."""

CLIP_KEYS: Final = (
    *("filenames", "filename", "file_names", "file_name", "files", "file", "clips", "clip", "clip_names", "names"),
    *("name", "ids", "id", "keys", "video_ids", "videos", "paths"),
)
"""Names, in lower case, of the list of clips, where no list has known clips."""

OTHER_KEYS: Final = frozenset(
    [
        *("label", "labels", "y", "target", "targets", "emotion", "emotions", "regression_labels", "mask", "masks"),
        *("classification_labels", "annotations", "actor", "actors", "speaker", "speakers", "fold", "folds", "split"),
        *("length", "lengths", "n_frames", "num_frames", "time", "times", "timestamp", "timestamps", "intervals"),
        *("attention_mask", "padding_mask", "fps", "index", "indices", "frame", "frames_index", "text_bert"),
    ]
)
"""Names, in lower case, of arrays that are never features."""

_SPLITS: Final = frozenset(
    ["train", "training", "valid", "validation", "val", "dev", "test", "testing", "data", "features", "clips", "videos"]
)
"""Groups, in lower case, that do not name an encoder."""

_LENGTH_ENDS: Final = ("lengths", "length", "n_frames", "num_frames")
_OTHER_ENDS: Final = (*_LENGTH_ENDS, "_labels", "_mask")
_LENGTHS: Final = ("{}_lengths", "{}_length", "lengths", "length", "n_frames", "num_frames")


@dataclass(frozen=True)
class Place:
    """Where the features of one clip are in a file.

    Attributes:
        name: The array.
        row: The clip's row in it; none where the whole array is the clip's.
        n_frames: Frames of the clip, where the rest of the row is padding.
    """

    name: Name
    row: int | None = None
    n_frames: int | None = None

    def __str__(self) -> str:
        """The place as in messages."""
        return shown(self.name) + ("" if self.row is None else f"[{self.row}]")


@dataclass(frozen=True)
class Places:
    """Where the features of the clips of each encoder are in a file.

    Attributes:
        encoders: The place of each clip, by encoder; "" is the only encoder of a file.
        left_out: Names of arrays of numbers that are no features.
    """

    encoders: dict[str, dict[str, Place]]
    left_out: tuple[str, ...] = ()


def places_in(container: Container, is_clip: IsClip) -> Places:
    """Finds the features of clips in a container; of no clip where no key and no text names one.

    An array for each clip is found by its key, or by that of a group around it. Else lists of clips are looked for,
    with arrays that have a row for each.

    Raises:
        DataError: If a clip is there twice, or several lists of clips disagree.
    """
    return _by_keys(container, is_clip) or _by_lists(container, is_clip)


def _by_keys(container: Container, is_clip: IsClip) -> Places | None:
    """The layout with an array, or a group of arrays, for each clip."""
    numbers = [name for name, entry in container.entries.items() if entry.kind == "numbers" and entry.shape]
    clip_at = {(len(name), at) for name in numbers for at, part in enumerate(name) if is_clip(_clip(part))}
    if not clip_at:
        return None
    patterns: dict[tuple[Name, Name], dict[str, Place]] = {}
    for name in numbers:
        for at in [at for length, at in sorted(clip_at) if length == len(name)][:1]:
            inner = tuple(part for part in name[at + 1 :] if _clip(part) != _clip(name[at]))
            _add(patterns.setdefault((_without_splits(name[:at]), inner), {}), _clip(name[at]), Place(name))
    kept = features_among(dict.fromkeys(inner for _, inner in patterns))
    chosen = [(outer, inner) for outer, inner in patterns if inner in kept]
    left_out = [shown((*outer, "CLIP", *inner)) for outer, inner in patterns if (outer, inner) not in chosen]
    return Places(_named({(*outer, *inner): patterns[outer, inner] for outer, inner in chosen}), tuple(left_out))


def features_among(names: Iterable[Name]) -> list[Name]:
    """The array that is named like features, if it is the only one; else all that are not named as something else."""
    likely = [name for name in names if not name or name[-1].lower() not in OTHER_KEYS]
    by_name = [name for name in likely if name and name[-1].lower() in _FEATURE_KEYS]
    return by_name if len(by_name) == 1 else likely


def _by_lists(container: Container, is_clip: IsClip) -> Places:
    """The layout with lists of clips, and arrays with a row for each."""
    encoders: dict[Name, dict[str, Place]] = {}
    left_out: list[str] = []
    for group in dict.fromkeys(name[:-1] for name in container.entries if name):
        clips = _list_of_clips(container, group, is_clip)
        for key, n_frames in _matrices(container, group, len(clips)).items() if clips else ():
            places = encoders.setdefault((*_without_splits(group), key), {})
            for row, clip in enumerate(clips):
                _add(places, _clip(clip), Place((*group, key), row, n_frames[row] if n_frames is not None else None))
        left_out += _left_out_of(container, group, encoders) if clips else []
    return Places(_named({name: places for name, places in encoders.items() if places}), tuple(left_out))


def _list_of_clips(container: Container, group: Name, is_clip: IsClip) -> list[str]:
    """The list of a group that holds the most known clips; where none has any, the one that is named like a list."""
    texts = {
        name: container.texts(name)
        for name, entry in container.entries.items()
        if name[:-1] == group and name and entry.kind == "text" and entry.shape[0]
    }
    counts = {name: sum(is_clip(_clip(text)) for text in set(values)) for name, values in texts.items()}
    most = max(counts.values(), default=0)
    best = [name for name, n_clips in counts.items() if n_clips == most]
    by_key = sorted((CLIP_KEYS.index(name[-1].lower()), name) for name in best if name[-1].lower() in CLIP_KEYS)
    if most and len({tuple(map(_clip, texts[name])) for name in best}) > 1:
        raise DataError(
            f"one list must name the clips, got {listed([shown(name) for name in best])}",
            fix="Keep one list of clips, named filenames.",
        )
    return texts[by_key[0][1]] if by_key else texts[best[0]] if most or len(best) == 1 else []


def _matrices(container: Container, group: Name, n_clips: int) -> dict[str, list[int] | None]:
    """The arrays of a group with a row for each clip, by key, and how many frames of each row are the clip's."""
    candidates = [
        name
        for name, entry in container.entries.items()
        if name[:-1] == group
        and name
        and entry.kind == "numbers"
        and len(entry.shape) > 1
        and entry.shape[0] == n_clips
    ]
    keys = [name[-1] for name in features_among(candidates) if not name[-1].lower().endswith(_OTHER_ENDS)]
    return {key: _lengths(container, group, key, n_clips) for key in keys}


def _lengths(container: Container, group: Name, key: str, n_clips: int) -> list[int] | None:
    """How many frames of each row are the clip's, where the group has a list of that."""
    if len(container.entries[*group, key].shape) < 3:
        return None
    for form in _LENGTHS:
        name = (*group, form.format(key))
        entry = container.entries.get(name)
        if entry and entry.kind == "numbers" and int(np.prod(entry.shape)) == n_clips:
            return [int(length) for length in container.array(name).ravel().tolist()]
    return None


def _left_out_of(container: Container, group: Name, encoders: dict[Name, dict[str, Place]]) -> list[str]:
    taken = {place.name for places in encoders.values() for place in places.values()}
    names = [name for name, entry in container.entries.items() if entry.kind == "numbers" and name[:-1] == group]
    return [shown(name) for name in names if name not in taken and not name[-1].lower().endswith(_LENGTH_ENDS)]


def _add(places: dict[str, Place], clip: str, place: Place) -> None:
    if clip in places:
        raise DataError(
            f"a clip must be there once, got {clip} at {places[clip]} and {place}",
            fix="Keep one of them; give frame-level features as one array [T, D] for each clip.",
        )
    places[clip] = place


def _named(encoders: dict[Name, dict[str, Place]]) -> dict[str, dict[str, Place]]:
    """The encoders by the parts of their names in which they differ."""
    if len(encoders) <= 1:
        return dict(zip([""], encoders.values(), strict=False))
    shared = set.intersection(*(set(name) for name in encoders))
    short = {name: ".".join(part for part in name if part not in shared) for name in encoders}
    is_unique = max(Counter(short.values()).values()) == 1
    return {short[name] if is_unique else ".".join(name): places for name, places in encoders.items()}


def _clip(text: str) -> str:
    return clip_name(text.strip())


def _without_splits(name: Name) -> Name:
    return tuple(part for part in name if part.lower() not in _SPLITS)
