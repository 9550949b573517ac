"""Commands that are killed, and how each is run again."""

from dataclasses import dataclass
from typing import Final

QUICK: Final = (
    *("--encoders", "clip_vit,wavlm"),
    *("--set", "train.max_epochs=1", "--set", "model.fusion=weighted", "--set", "train.jobs=1"),
)


@dataclass(frozen=True)
class Killed:
    """A command of the campaign.

    Attributes:
        words: What is typed.
        again: What is typed after it was killed.
    """

    words: tuple[str, ...]
    again: tuple[str, ...]


def _repeated(*words: str) -> Killed:
    return Killed(words, words)


def _resumed(*words: str) -> Killed:
    return Killed(words, (*words, "--resume"))


COMMANDS: Final = {
    "index": _repeated("index", "--modality", "wavlm=av"),
    "train": _resumed("train", "--top-n", "1", "--name", "new", *QUICK),
    "cv": _resumed("cv", "--top-n", "1", "--name", "new", *QUICK),
    "ablate": _resumed("ablate", "--selection", "random", "--seeds", "1", "--name", "new", *QUICK),
    "tune": _resumed("tune", "--trials", "2", "--name", "new", *QUICK),
    "stress": _repeated("stress", "--run", "one", "--kind", "noise", "--share", "0,.5"),
    "explain": _repeated("explain", "--run", "one"),
    "report": _repeated("report", "--run", "one", "--no-shift"),
    "submit": _repeated("submit", "--run", "one", "--out", "preds.csv"),
}
"""On a project with an index and finished runs."""
