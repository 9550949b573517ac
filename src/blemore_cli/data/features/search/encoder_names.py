"""Names of encoders from the names of their files and folders, as the user sees them."""

import os
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from blemore_cli.data.features.readers.base import STATIC_FEATURES, visible
from blemore_cli.data.features.readers.layer_folders import LAYER_WORD
from blemore_cli.data.features.search.split_words import SplitName, folder_splits, is_storage, split_name
from blemore_cli.data.metadata.clip_names import copied_name

_VARIANT: Final = re.compile(r"base|large|small|tiny|huge|x+l|v?\d+", re.IGNORECASE)
_LAYER: Final = re.compile(rf"{LAYER_WORD}(\d{{1,3}})", re.IGNORECASE)
"""Names of variants and of layers, which name an encoder together with the folder above."""

_N_FOLDERS: Final = 3
_MOST_DIGITS: Final = 3
_HUGGING_FACE: Final = re.compile(r"models--(?:.*--)?(.+)")


@dataclass(frozen=True)
class EncoderName:
    """The name of an encoder by its path.

    Attributes:
        name: The name without words of splits.
        splits: The splits of these words, in its file's name or in folders that are named after nothing else.
        as_it_stands: The name where these words turn out to be part of it.
        qualified: The name with that of the folder above, where there is one below the path that was searched.
        splits_above: The splits of words in the names of the folders above.
    """

    name: str
    splits: tuple[str, ...]
    as_it_stands: str
    qualified: str
    splits_above: tuple[str, ...] = ()


def encoder_name(name: str, path: Path, root: Path, clips: Collection[str]) -> EncoderName:
    """Names the encoder at a path.

    Folders that tell a split, a part of the clips (all clips in it have this part in their names), or how features are
    stored give way to the folder above them.

    Args:
        name: Its file's or folder's name, without suffixes.
        path: The file or folder.
        root: The path that was searched.
        clips: Names of the clips in it, as far as they are known.

    Examples:
        >>> encoder_name("train", Path("f/wavlm/train"), Path("f"), []).name
        'wavlm'
    """
    above = list(reversed(visible(path).parent.parts[1:]))
    n_below = len(below(path, root)) - 1
    names = [_HUGGING_FACE.sub(r"\1", part) for part in (name, *above)]
    splits: list[str] = []
    for level, part in enumerate(names):
        split = _split_of(part)
        splits += split.splits
        has_folder_above = level < n_below
        gives_way = is_storage(split.base) and (has_folder_above or split.splits)
        if split.base and not gives_way and not _is_part_of_all(part, clips):
            parent = _split_of(names[level + 1]).base if has_folder_above else ""
            chosen, qualified = _with_folder(split.base, parent)
            own_parent = _split_of(names[1]).base if n_below > 0 else ""
            as_it_stands = _with_folder(name, own_parent)[0]
            return EncoderName(chosen, tuple(splits), as_it_stands, qualified, folder_splits(above[:_N_FOLDERS]))
    return EncoderName(name, (), name, name)


def _split_of(name: str) -> SplitName:
    """A folder's or file's name without words of splits; a number alone is one of several parts."""
    original = copied_name(name) or name
    if original.isdecimal() and len(original) <= _MOST_DIGITS:
        return SplitName("", (original,))
    split = split_name(original) or SplitName(original, ())
    return SplitName(split.base.removesuffix(STATIC_FEATURES), split.splits)


def _with_folder(name: str, folder: str) -> tuple[str, str]:
    """A name, with that of the folder above where it is a variant's or a layer's, and with it in any case."""
    layer = _LAYER.fullmatch(name)
    variant = f"{int(layer[1]):02d}" if layer else name
    qualified = f"{folder}.{variant}" if folder and not is_storage(folder) else name
    return qualified if layer or _VARIANT.fullmatch(name) else name, qualified


def below(path: Path, root: Path) -> tuple[str, ...]:
    """The parts of a path below another one."""
    return Path(os.path.relpath(visible(path), visible(root))).parts


def _is_part_of_all(name: str, clips: Collection[str]) -> bool:
    """Whether a name is a part of the name of every clip, as an actor or an emotion is."""
    return bool(clips) and all(name in clip.split("_") for clip in clips)
