"""Causes for which the names of files or rows are those of no known clip."""

import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Final

from blemore_cli.data.features.containers.npz import array_header
from blemore_cli.data.features.search.split_words import folded
from blemore_cli.data.metadata.clip_names import carries_label

TEST_NAME: Final = re.compile(r"test[_-]?\d+", re.IGNORECASE)
"""Names of the challenge's test clips."""

_N_LOOKED_AT: Final = 50
_N_ARRAYS: Final = 3
_LEAST_CLIP: Final = 4


def name_mismatch(names: Sequence[str], clips: Collection[str]) -> str:
    """The cause, as a clause about `they`, for which names are those of no clip.

    Examples:
        >>> name_mismatch(["a1_ang_int1_ver1"], ["A1_ang_int1_ver1"])
        'they differ from the names of the clips by capital letters alone'
    """
    shown = list(names)[:_N_LOOKED_AT]
    for words, form in _FORMS:
        by_form = {form(clip) for clip in clips}
        if any(form(name) in by_form for name in shown):
            return words
    if addition := _addition(shown, clips):
        return addition
    if all(re.fullmatch(r"[\d_-]+", name) for name in shown):
        return "they are numbers, which do not tell the clip"
    return _of_other_clips(shown, clips)


def rows_without_names(files: Sequence[Path], counts: Collection[int]) -> str:
    """The cause where the first `.npy` files have a row for each of some clips, but not their names; else nothing.

    Args:
        files: Files of no known clip's name.
        counts: Numbers of clips: of each split, and of both.
    """
    for path in files[:_N_ARRAYS]:
        if (n_rows := _n_rows(path)) > 1 and n_rows in counts:
            return f"{path.name} has {n_rows} rows and not the names of their clips: save both as X and filenames"
    return ""


def _n_rows(path: Path) -> int:
    """The length of a `.npy` array of two or more dimensions, by its header; 0 for other files."""
    if path.suffix != ".npy":
        return 0
    try:
        with path.open("rb") as file:
            shape, _ = array_header(file)
    except (OSError, ValueError):
        return 0
    return shape[0] if len(shape) > 1 else 0


def _digits(name: str) -> str:
    return re.sub(r"\d+", lambda match: str(int(match[0])), name)


_FORMS: Final[tuple[tuple[str, Callable[[str], str]], ...]] = (
    ("they differ from the names of the clips by capital letters alone", str.casefold),
    (
        "they look like the names of the clips, but letters with accents are written in two characters",
        lambda name: unicodedata.normalize("NFC", name),
    ),
    ("they differ from the names of the clips by blanks around them", str.strip),
    ("they differ from the names of the clips by the zeros before numbers", _digits),
    ("they differ from the names of the clips by separators and capital letters", folded),
)


def _addition(names: Sequence[str], clips: Collection[str]) -> str:
    """What is written before or after the names of clips."""
    longest_first = sorted((clip for clip in clips if len(clip) >= _LEAST_CLIP), key=len, reverse=True)
    for name in names:
        clip = next((clip for clip in longest_first if clip in name), None)
        if clip is not None:
            before, _, after = name.partition(clip)
            places = [f"{text!r} {where}" for text, where in ((before, "before"), (after, "after")) if text]
            return f"they have {' and '.join(places)} the name of the clip"
    return ""


def _of_other_clips(names: Sequence[str], clips: Collection[str]) -> str:
    """The kind of most names, where they are built as those of the challenge are."""
    for kind, is_one in (("test", _is_test_name), ("train", carries_label)):
        if sum(map(is_one, names)) > len(names) / 2:
            words = f"they are named as {'test' if kind == 'test' else 'training'} clips are, and the metadata name "
            return words + ("other ones" if any(map(is_one, clips)) else f"none: give --{kind}-metadata")
    return "they have nothing in common with the names of the clips"


def _is_test_name(name: str) -> bool:
    return TEST_NAME.fullmatch(name) is not None
