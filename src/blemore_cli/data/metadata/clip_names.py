"""Clip names: the identifier of a clip in all files, with the actor and the label of a training clip."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from blemore_cli.core.errors import DataError
from blemore_cli.core.labels import label_index
from blemore_cli.data.metadata.spreadsheet import FORMULA

MEDIA_SUFFIXES: Final = (".mov", ".mp4", ".avi", ".mkv", ".webm", ".wav", ".flac", ".mp3")
FEATURE_SUFFIXES: Final = (
    *(".npy", ".npz", ".pt", ".pth", ".safetensors", ".h5", ".hdf5"),
    *(".csv", ".tsv", ".arff", ".json", ".parquet", ".feather", ".pkl"),
)
"""Suffixes of feature files: lists of clips are often lists of such files."""

_SUFFIXES: Final = re.compile(
    rf"(?:{'|'.join(map(re.escape, (*MEDIA_SUFFIXES, *FEATURE_SUFFIXES)))})+\Z", re.IGNORECASE
)
_COPY: Final = re.compile(r" ?\(\d+\)| - (?:Copy|Kopie|Copie).*| copy(?: \d+)?|~", re.IGNORECASE)
_N_TAIL: Final = 100
"""Letters at the end of a name that may be suffixes: what is no name can be very long."""

_SINGLE: Final = re.compile(r"([A-Za-z0-9]+)_([A-Za-z]+)_(?:int|sit)[0-9]+_ver[0-9]+")
_BLEND: Final = re.compile(r"([A-Za-z0-9]+)_mix_([A-Za-z]+)_([A-Za-z]+)_([0-9]{1,3})_([0-9]{1,3})_ver[0-9]+")


@lru_cache(2**15)  # every encoder names the same clips
def clip_name(name: str) -> str:
    """Reduces a file name to the name of its clip: no directory, and no suffix of media or feature files.

    Letters with marks have one form (NFC), whatever the file system makes of them.

    Examples:
        >>> clip_name("videos/test_0001.MOV"), clip_name("test_0001.mov.npy")
        ('test_0001', 'test_0001')
    """
    last = name[max(name.rfind("/"), name.rfind("\\")) + 1 :]
    stem = last[:-_N_TAIL] + _SUFFIXES.sub("", last[-_N_TAIL:])
    return stem if stem.isascii() else unicodedata.normalize("NFC", stem)


def copied_name(name: str) -> str:
    """The name of which a file's name is that of a copy, as browsers and file managers make it; else nothing.

    Examples:
        >>> copied_name("A102_ang_int1_ver1 (1)"), copied_name("A102_ang_int1_ver1")
        ('A102_ang_int1_ver1', '')
    """
    original = _COPY.sub("", name)
    return original if original != name else ""


def is_clip_name(name: str) -> bool:
    r"""Whether a name is safe as a clip's name: printable, no path, no outer spaces, no leading dot, no formula.

    Names stand in CSV files as they are: one that begins as a spreadsheet's formula does would be carried out there.

    Examples:
        >>> is_clip_name("test_0001"), is_clip_name("../test_0001"), is_clip_name("=a"), is_clip_name("")
        (True, False, False, False)
    """
    is_plain = name.isprintable() and name.strip() == name and not set("/\\") & set(name)
    return bool(name) and is_plain and not name.startswith((".", *FORMULA))


def is_clip_path(name: str) -> bool:
    r"""Whether a name is that of a clip, with or without directories and suffixes, none of them hidden or above.

    Examples:
        >>> is_clip_path("C:\\videos\\a.mov"), is_clip_path("./videos/a"), is_clip_path("../a"), is_clip_path("a/")
        (True, True, False, False)
    """
    folders = re.split(r"[/\\]", name)[:-1]
    is_plain = name.isprintable() and name.strip() == name
    return is_plain and all(part == "." or part[:1] != "." for part in folders) and is_clip_name(clip_name(name))


def carries_label(name: str) -> bool:
    """Whether a clip's name is built as the organisers' training names are, with an actor and a label.

    Examples:
        >>> carries_label("A102_ang_int1_ver1"), carries_label("test_0001")
        (True, False)
    """
    stem = clip_name(name)
    return bool(_SINGLE.fullmatch(stem) or _BLEND.fullmatch(stem))


def parse_clip_name(name: str) -> tuple[str, int]:
    """Reads the actor and the label from a training clip's name; a blend may name its emotions in either order.

    Returns:
        The actor, and the position of the label in `labels.LABELS`.

    Raises:
        DataError: If the name has another form, or its label is not permitted.

    Examples:
        >>> parse_clip_name("A102_disg_int1_ver1.mov")
        ('A102', 1)
        >>> parse_clip_name("A411_mix_hap_ang_70_30_ver1") == parse_clip_name("A411_mix_ang_hap_30_70_ver1")
        True
    """
    stem = clip_name(name)
    try:
        if blend := _BLEND.fullmatch(stem):
            actor, first, second, *percents = blend.groups()
            if first == second:
                raise DataError(f"a blend is of two emotions, got {first} twice", fix="Correct the clip's name.")
            return actor, label_index({first: int(percents[0]), second: int(percents[1])})
        if single := _SINGLE.fullmatch(stem):
            return single[1], label_index({single[2]: 100})
    except DataError as error:
        raise DataError(f"clip {name}: {error.message}", fix=error.fix) from None
    raise DataError(
        f"a clip's name is ACTOR_EMOTION_intN_verN or ACTOR_mix_EMOTION_EMOTION_PERCENT_PERCENT_verN, got {name!r}",
        fix="Rename the clip, or give its label in a metadata CSV.",
    )
