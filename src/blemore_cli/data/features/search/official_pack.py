"""The organisers' feature pack and metadata, found by their names in or below a folder."""

import os
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from blemore_cli.data.features.readers.base import visible
from blemore_cli.data.features.search.other_half import other_half, packed_half
from blemore_cli.data.features.search.passed_over import is_litter, passed_over_folder
from blemore_cli.data.features.search.split_words import folded, split_name

ENCODERS: Final = ("ImageBind", "VideoMAEv2", "WavLM_large", "HuBERT_large", "HiCMAE", "OpenFace_3")
"""The encoders of the pack."""

_PACK: Final = folded("pre_extracted_data")
_KNOWN: Final = frozenset(map(folded, ENCODERS))
_ENOUGH: Final = 3
_DEPTH: Final = 3
_MOST_FOLDERS: Final = 2000


def pack_folders(folder: Path) -> list[Path]:
    """The folders of the organisers' pack in or below a folder, the training clips' first; none where there is none.

    A folder is one by its name, `pre_extracted_train_data`, or by the names of the folders in it, `ImageBind_train`.
    """
    halves = [path for path in _folders_in(folder) if _is_half(path)]
    return with_other_halves([path for path in halves if not any(other in path.parents for other in halves)])


def with_other_halves(paths: Sequence[Path]) -> list[Path]:
    """Paths, and after each the one beside it that has the clips of the other split, where it is not among them."""
    result: list[Path] = []
    for path in paths:
        half = _other_half(path)
        for place in (path, *([half] if half else [])):
            is_new = not any(os.path.realpath(place) == os.path.realpath(other) for other in result)
            if is_new and (place == path or not _is_given(place, paths)):
                result.append(place)
    return sorted(result, key=lambda path: _is_test(path)) if _are_halves(result) else result


def unpacked_notes(paths: Sequence[Path]) -> list[str]:
    """A note for each path whose other half is in an archive that is not unpacked."""
    archives = {archive: path for path in paths if (archive := packed_half(path))}
    return [
        f"{archive} is not unpacked, and seems to be the other half of {path}" for archive, path in archives.items()
    ]


def file_below(folder: Path, name: str) -> Path | None:
    """The only file of a name in or below a folder; none where there is none, or are several."""
    files = [path / name for path in _folders_in(folder) if (path / name).is_file()]
    return files[0] if len(files) == 1 else None


def _folders_in(folder: Path) -> Iterator[Path]:
    """A folder and those below it, nearest first, without hidden ones and those of other software."""
    return islice(_breadth_first(folder), _MOST_FOLDERS) if folder.is_dir() else iter(())


def _breadth_first(folder: Path) -> Iterator[Path]:
    level, seen = [folder], {os.path.realpath(folder)}
    for _ in range(_DEPTH + 1):
        yield from level
        below = [path for parent in level for path in _subfolders(parent)]
        level = [path for path in below if not passed_over_folder(path, seen)]
        seen |= set(map(os.path.realpath, level))


def _subfolders(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if not entry.name.startswith(".") and entry.is_dir()]
    except OSError:
        return []
    return [folder / name for name in sorted(names) if not is_litter(folder / name)]


def _is_half(folder: Path) -> bool:
    split = split_name(visible(folder).name)
    if split and folded(split.base) == _PACK:
        return True
    inside = [split_name(path.name) for path in _subfolders(folder)]
    return len({folded(name.base) for name in inside if name} & _KNOWN) >= _ENOUGH


def _other_half(path: Path) -> Path | None:
    """The other half of a path, which may be the working directory or above it."""
    if path.name not in {"", ".."}:
        return other_half(path)
    half = other_half(visible(path))
    return Path(os.path.relpath(half)) if half else None


def _is_given(place: Path, paths: Sequence[Path]) -> bool:
    return any(Path(os.path.realpath(place)).is_relative_to(os.path.realpath(path)) for path in paths)


def _are_halves(paths: Sequence[Path]) -> bool:
    splits = [split_name(visible(path).name) for path in paths]
    return len(paths) == 2 and len({split and folded(split.base) for split in splits}) == 1


def _is_test(path: Path) -> bool:
    split = split_name(visible(path).name)
    return split is not None and "test" in split.splits
