"""Clips of the example data: actors, official label design, file names, folds and test split."""

from typing import Final

import numpy as np
import pandas as pd

from blemore_cli.core.errors import UsageError
from blemore_cli.core.labels import BLENDABLE, LABELS, label_index
from blemore_cli.core.rng import numpy_generator
from blemore_cli.core.types import TEST_FOLD, Ints

N_TRAIN_ACTORS: Final = 47
N_TEST_ACTORS: Final = 11
N_ACTORS: Final = N_TRAIN_ACTORS + N_TEST_ACTORS
N_FOLDS: Final = 5
N_OFFICIAL_CLIPS: Final = 3050
N_OFFICIAL_TEST_CLIPS: Final = 594

RECORDINGS: Final = (
    *((label_index({emotion: 100}), f"int{level}") for emotion in BLENDABLE for level in range(1, 5)),
    *((label_index({"neu": 100}), f"sit{situation}") for situation in range(1, 5)),
    *((position, "") for position, label in enumerate(LABELS) if label.is_blend),
)
"""The 54 recordings of an actor, an emotion at four intensities, neutral in four situations, each blend once: the
position in `labels.LABELS`, and the take `int1` ... `int4`, `sit1` ... `sit4`, or nothing.
"""


def design_clips(n_clips: int, seed: int) -> pd.DataFrame:
    """Draws the clips of the example, training actors first, then the shuffled clips of the test actors.

    Every actor takes the next recordings of one shuffled circle of `RECORDINGS`, so labels are balanced at any size.

    Returns:
        (N, 13) the columns of the official metadata with the official training names, `test_0001` ... for test
        clips, fold -1 for test clips, and besides `label`, a position in `labels.LABELS`, and `is_test`.

    Raises:
        UsageError: If there are fewer clips than actors.
    """
    if n_clips < N_ACTORS:
        raise UsageError(
            f"the example has {N_ACTORS} actors and needs a clip of each, got {n_clips} clips",
            fix=f"Ask for {N_ACTORS} clips or more.",
        )
    circle = numpy_generator(seed, "example", "recordings").permutation(len(RECORDINGS))
    folds = numpy_generator(seed, "example", "folds").permutation(np.arange(N_TRAIN_ACTORS) % N_FOLDS)
    fold_of = [*folds.tolist(), *[TEST_FOLD] * N_TEST_ACTORS]
    frame = pd.DataFrame({"actor": _actors(n_clips), "recording": circle[np.arange(n_clips) % len(RECORDINGS)]})
    frame = frame.sort_values(["actor", "recording"])
    versions = frame.groupby(["actor", "recording"]).cumcount() + 1  # a recording that comes again is a later version
    rows = [
        _clip_row(f"A{101 + actor}", fold_of[actor], *values)
        for actor, *values in zip(frame["actor"], frame["recording"], versions, strict=True)
    ]
    return _with_anonymous_test_clips(pd.DataFrame(rows), seed)


def _actors(n_clips: int) -> Ints:
    """(N,) the actor of each clip, ascending from 0, training actors first; in a split, actors differ by one clip."""
    n_test = max(N_TEST_ACTORS, round(n_clips * N_OFFICIAL_TEST_CLIPS / N_OFFICIAL_CLIPS))
    train, test = np.arange(n_clips - n_test) % N_TRAIN_ACTORS, np.arange(n_test) % N_TEST_ACTORS
    return np.sort(np.concatenate([train, N_TRAIN_ACTORS + test]))


def _clip_row(actor: str, fold: int, recording: int, version: int) -> dict[str, object]:
    position, take = RECORDINGS[recording]
    label = LABELS[position]
    name = f"mix_{label.code}" if label.is_blend else f"{label.code}_{take}"
    first, second = label.emotions if label.is_blend else (label.emotions[0], "")
    saliences = label.saliences_pct if label.is_blend else ("", "")
    return {
        "filename": f"{actor}_{name}_ver{version}",
        "video_id": actor,
        "mix": int(label.is_blend),
        "emotion_1": first,
        "emotion_2": second,
        "emotion_1_salience": saliences[0],
        "emotion_2_salience": saliences[1],
        "intensity_level": take[3:] if take.startswith("int") else "",
        "situation": take[3:] if take.startswith("sit") else "",
        "version": version,
        "fold": fold,
        "label": position,
        "is_test": fold == TEST_FOLD,
    }


def _with_anonymous_test_clips(frame: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Shuffles the test clips and numbers them, so that neither name nor order gives the label away."""
    train, test = frame[~frame["is_test"]], frame[frame["is_test"]]
    order = numpy_generator(seed, "example", "test order").permutation(len(test))
    names = [f"test_{number:04d}" for number in range(1, len(test) + 1)]
    return pd.concat([train, test.iloc[order].assign(filename=names)], ignore_index=True)
