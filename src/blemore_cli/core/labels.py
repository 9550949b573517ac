"""The 36 permitted labels of BLEMORE and the arrays that describe them.

A clip shows one of six emotions, or a blend of two of the five non-neutral ones at relative salience 50/50, 70/30 or
30/70. Everything that predicts, decodes or scores uses the order of the labels given here.

Source: BLEMORE dataset paper, arXiv 2601.13225, section 3.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np

from blemore_cli.core.errors import DataError

EMOTIONS: Final = ("ang", "disg", "fea", "hap", "sad", "neu")
BLENDABLE: Final = EMOTIONS[:5]
PAIRS: Final = tuple(combinations(BLENDABLE, 2))
RATIOS: Final = ((50, 50), (70, 30), (30, 70))


@dataclass(frozen=True)
class Label:
    """One permitted label.

    Attributes:
        emotions: One emotion, or two in the order of `EMOTIONS`.
        saliences_pct: Their relative salience in percent, summing to 100.
    """

    emotions: tuple[str, ...]
    saliences_pct: tuple[int, ...]

    @property
    def code(self) -> str:
        """The label as a column name, for example `ang` or `ang_disg_70_30`."""
        return "_".join([*self.emotions, *(map(str, self.saliences_pct) if self.is_blend else ())])

    @property
    def is_blend(self) -> bool:
        """Whether two emotions are shown."""
        return len(self.emotions) == 2


LABELS: Final = (
    *(Label((emotion,), (100,)) for emotion in EMOTIONS),
    *(Label(pair, ratio) for pair in PAIRS for ratio in RATIOS),
)
SETS: Final = (*((emotion,) for emotion in EMOTIONS), *PAIRS)
LABEL_CODES: Final = tuple(label.code for label in LABELS)
PROBABILITY_COLUMNS: Final = tuple(f"p_{code}" for code in LABEL_CODES)

N_EMOTIONS: Final = len(EMOTIONS)
N_LABELS: Final = len(LABELS)
N_SETS: Final = len(SETS)

SET_OF_LABEL: Final = np.array([SETS.index(label.emotions) for label in LABELS])
"""(36,) index into `SETS` of each label's emotion set."""

IS_BLEND: Final = np.array([label.is_blend for label in LABELS])
"""(36,) whether a label is a blend."""

SALIENCE: Final = np.zeros((N_LABELS, N_EMOTIONS))
"""(36, 6) salience of each emotion in each label, in [0, 1], rows summing to 1."""
for _row, _label in enumerate(LABELS):
    for _emotion, _percent in zip(_label.emotions, _label.saliences_pct, strict=True):
        SALIENCE[_row, EMOTIONS.index(_emotion)] = _percent / 100
SALIENCE.setflags(write=False)

_INDEX_OF: Final = {
    frozenset(zip(label.emotions, label.saliences_pct, strict=True)): i for i, label in enumerate(LABELS)
}


def label_index(saliences_pct: Mapping[str, float]) -> int:
    """Finds the permitted label with exactly these emotions and saliences.

    Args:
        saliences_pct: Salience in percent of each emotion present; two entries at most.

    Returns:
        The position in `LABELS`.

    Raises:
        DataError: If the combination is not one of the 36 permitted labels.

    Examples:
        >>> LABELS[label_index({"hap": 30, "ang": 70})].code
        'ang_hap_70_30'
    """
    for emotion in saliences_pct:
        check_emotion(emotion)
    if "neu" in saliences_pct and len(saliences_pct) > 1:
        raise DataError(f"neutral is never blended, got {describe(saliences_pct)}", fix="Use neu alone, at 100.")
    try:
        return _INDEX_OF[frozenset((emotion, int(value)) for emotion, value in saliences_pct.items() if value % 1 == 0)]
    except (KeyError, ValueError, OverflowError):
        raise DataError(
            f"a label is one emotion at 100, or two at 50/50, 70/30 or 30/70 percent, got {describe(saliences_pct)}",
            fix="Give saliences as whole percents of the permitted configurations.",
        ) from None


def check_emotion(emotion: str) -> None:
    """Refuses a name that is not one of the six emotions.

    Raises:
        DataError: If the name is unknown.
    """
    if emotion not in EMOTIONS:
        raise DataError(f"an emotion is one of {' '.join(EMOTIONS)}, got {emotion!r}", fix="Correct the emotion name.")


def describe(saliences_pct: Mapping[str, float]) -> str:
    """Writes emotions with their saliences for a message, as `ang 60 + hap 40`."""
    return " + ".join(f"{emotion} {value:g}" for emotion, value in saliences_pct.items()) or "no emotion"
