"""Words of splits in the names of files and folders, such as `train` in `ImageBind_train`."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

TRAIN, TEST = "train", "test"

_WORDS: Final = MappingProxyType(
    {
        **dict.fromkeys(("train", "training", "trn", "trainval", "traindev", "oof"), TRAIN),
        **dict.fromkeys(("test", "testing", "tst"), TEST),
        **dict.fromkeys(("val", "valid", "validation", "dev", "devel", "eval"), "val"),
    }
)
_PLAIN: Final = rf"(?:{'|'.join(sorted(_WORDS, key=len, reverse=True))})(?:[_-]?set)?\d{{0,2}}"
_NUMBERED: Final = r"(?:k?fold|part|shard|chunk|batch|split|cv)[_-]?\d+|\d+[_-]of[_-]\d+"
_SEPARATORS: Final = "_-. +()[]"
_SEPARATOR: Final = rf"[{re.escape(_SEPARATORS)}]"
_BETWEEN: Final = re.compile(rf"(?:^|{_SEPARATOR}+)({_PLAIN}|{_NUMBERED})(?={_SEPARATOR}|$)", re.IGNORECASE)
_CAMEL: Final = re.compile(
    r"(?:(?<=[a-z0-9])|(?<![A-Za-z])(?=[A-Z][a-z]+[A-Z]))"
    r"(Training|Train|Testing|Test|Validation|Val)(?=[A-Z]|[_\-. ]|$)"
)
_OPPOSITE: Final = MappingProxyType(
    {"trainval": "test", "traindev": "test", "training": "testing", "testing": "training", "train": "test"}
    | {"test": "train", "trn": "tst", "tst": "trn"}
)
_N_FOLDERS: Final = 3
_STORAGE: Final = re.compile(
    r"(?:pre_?)?(?:extracted_?)?(?:static_?)?(?:features?|feats?|embeddings?|arrays?|outputs?|data)|npy|npz|pt|csv|frames|"
    r"frame_?level|static|snapshots|final|latest|default|(?=[^g-z]*\d)[0-9a-f]{12,64}|\d[\dT_.-]{5,}",
    re.IGNORECASE,
)
"""Names of folders that say how features are stored, and not which encoder made them."""


@dataclass(frozen=True)
class SplitName:
    """A name with words of splits.

    Attributes:
        base: The name without these words; empty where it is nothing else.
        splits: The splits that they mean: `train`, `test`, `val`, or a numbered part such as `fold0`.
    """

    base: str
    splits: tuple[str, ...]


def split_name(name: str) -> SplitName | None:
    """Takes the words of splits out of a name; none where it has none.

    Examples:
        >>> split_name("ImageBind_train"), split_name("Fold-1")
        (SplitName(base='ImageBind', splits=('train',)), SplitName(base='', splits=('fold1',)))
        >>> split_name("pretrained") is None
        True
    """
    words = [*_BETWEEN.findall(name), *_CAMEL.findall(name)]
    if not words:
        return None
    base = _CAMEL.sub("", _BETWEEN.sub("", name)).strip(_SEPARATORS)
    return SplitName(base, tuple(dict.fromkeys(map(_split_of, words))))


def is_storage(name: str) -> bool:
    """Whether a folder's name says how features are stored, and not which encoder made them.

    Examples:
        >>> is_storage("npy"), is_storage("pre_extracted_data"), is_storage("wavlm")
        (True, True, False)
    """
    return _STORAGE.fullmatch(name) is not None


def folded(name: str) -> str:
    """A name without case and separators, by which the two halves of an encoder are compared.

    Examples:
        >>> folded("WavLM-large") == folded("wavlm_large")
        True
    """
    return re.sub(_SEPARATOR, "", name).casefold()


def counterparts(path: Path) -> list[Path]:
    """Where the other split's half of an encoder would lie: the path with `test` for `train`, or the reverse.

    The words may be in the name, in the folders above it, or in both.

    Examples:
        >>> [path.as_posix() for path in counterparts(Path("Train/hubert_train.npz"))]
        ['Test/hubert_test.npz', 'Train/hubert_test.npz', 'Test/hubert_train.npz']
    """
    parts = path.parts
    places = sorted(_places_of_words(parts))
    choices = [places, *([place] for place in reversed(places))] if len(places) > 1 else [places] if places else []
    return [Path(*(_opposite(part) if i in choice else part for i, part in enumerate(parts))) for choice in choices]


def _places_of_words(parts: Sequence[str]) -> Iterator[int]:
    """Places of the parts that tell a split: the last one, and folders above it that name nothing else."""
    is_named = False
    for place in reversed(range(max(0, len(parts) - _N_FOLDERS), len(parts))):
        split = split_name(parts[place])
        base = split.base if split else parts[place]
        is_nameless = not base or is_storage(base)
        if _opposite(parts[place]) != parts[place] and (is_nameless or not is_named):
            yield place
        is_named |= not is_nameless


def folder_splits(names: Iterable[str]) -> tuple[str, ...]:
    """The splits that folders are named after, which are named after nothing else.

    Examples:
        >>> folder_splits(["pre_extracted_train_data", "test_of_mine"])
        ('train',)
    """
    splits = [split for split in map(split_name, names) if split and (not split.base or is_storage(split.base))]
    return tuple(word for split in splits for word in split.splits)


def _split_of(word: str) -> str:
    plain = re.sub(r"[_-]?set|\d", "", word.lower())
    return _WORDS.get(plain, re.sub(r"[_-]", "", word.lower()))


def _opposite(name: str) -> str:
    """A name with the words of the other split, in the same case."""

    def cased(match: re.Match[str]) -> str:
        word, opposite = match[0], _OPPOSITE[match[0].lower()]
        return opposite.upper() if word.isupper() else opposite.capitalize() if word[0].isupper() else opposite

    def other(match: re.Match[str]) -> str:
        return re.sub("|".join(_OPPOSITE), cased, match[0], count=1, flags=re.IGNORECASE)

    return _CAMEL.sub(other, _BETWEEN.sub(other, name))
