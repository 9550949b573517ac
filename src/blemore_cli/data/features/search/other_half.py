"""The other split's half of an encoder: where it lies, as itself or in an archive that is not unpacked."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from blemore_cli.data.features.readers.clip_folder import clip_reader_of, content_in_words, entries_of
from blemore_cli.data.features.search.split_words import TEST, TRAIN, SplitName, counterparts, folded, split_name

ARCHIVES: Final = (".zip", ".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz", ".7z", ".rar")
"""Ends of the names of archives of folders."""

_N_FOLDERS: Final = 3


def other_half(path: Path) -> Path | None:
    """The file or folder with the other split's clips; none where there is none.

    It has the same name with the word of the other split, in any case, with any separators and of any format, beside
    the path or in a folder beside that of the path.
    """
    exact = next((place for place in counterparts(path) if place.exists()), None)
    return exact or next(iter(_beside(path)), None) or next(_in_folder_beside(path), None)


def packed_half(path: Path) -> Path | None:
    """An archive, not yet unpacked, that is named as the other split's half or as a folder that it would lie in."""
    for place in counterparts(path):
        for folder in filter(lambda path: path.name, (place, *list(place.parents)[:_N_FOLDERS])):
            candidates = [folder.with_name(f"{name}{end}") for name in (folder.name, folder.stem) for end in ARCHIVES]
            packed = next((candidate for candidate in candidates if candidate.is_file()), None)
            if packed and not folder.exists():
                return packed
    return None


def described_half(path: Path) -> str:
    """A path where the other half is looked for, and what is there in place of features."""
    if not path.is_dir() or any(map(clip_reader_of, entries_of(path))):
        return str(path)
    return f"{path} (it holds {content_in_words(path)})"


def _beside(path: Path) -> list[Path]:
    """Entries beside a path whose names differ by the word of the split, by case and by separators alone."""
    name = _split(path)
    if name is None or name.splits not in {(TRAIN,), (TEST,)} or not path.parent.is_dir():
        return []
    opposite = (TEST,) if name.splits == (TRAIN,) else (TRAIN,)
    entries = [entry for entry in sorted(path.parent.iterdir()) if not entry.name.endswith(ARCHIVES)]
    splits = [(entry, _split(entry)) for entry in entries]
    return [
        entry
        for entry, other in splits
        if other and (folded(other.base), other.splits) == (folded(name.base), opposite)
    ]


def _in_folder_beside(path: Path) -> Iterator[Path]:
    """Entries of the same name, but for the word of the split, case and separators, in a folder of the other split."""
    name = folded(_base(path))
    for folder in filter(Path.is_dir, _beside(path.parent)):
        yield from (entry for entry in sorted(folder.iterdir()) if folded(_base(entry)) == name)


def _base(path: Path) -> str:
    split = _split(path)
    return split.base if split else _stem(path)


def _split(path: Path) -> SplitName | None:
    return split_name(_stem(path))


def _stem(path: Path) -> str:
    return path.name if path.is_dir() else path.stem
