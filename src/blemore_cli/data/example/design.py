"""Clips of the example data: actors, official label design, file names, folds and test split."""

from typing import Final

import numpy as np
import pandas as pd

from blemore_cli.core.errors import UsageError
from blemore_cli.core.labels import BLENDABLE, LABELS, Label, label_index
from blemore_cli.core.rng import numpy_generator
from blemore_cli.core.types import TEST_FOLD

N_TRAIN_ACTORS: Final = 47
N_TEST_ACTORS: Final = 11
N_ACTORS: Final = N_TRAIN_ACTORS + N_TEST_ACTORS
N_FOLDS: Final = 5
N_OFFICIAL_CLIPS: Final = 3050
N_OFFICIAL_TEST_CLIPS: Final = 594

Recording = tuple[int, str]
"""Position of a label in `labels.LABELS`, and the take of it: `int1` ... `int4`, `sit1` ... `sit4`, or empty."""

RECORDINGS: Final[tuple[Recording, ...]] = (
    *((label_index({emotion: 100}), f"int{level}") for emotion in BLENDABLE for level in range(1, 5)),
    *((label_index({"neu": 100}), f"sit{situation}") for situation in range(1, 5)),
    *((position, "") for position, label in enumerate(LABELS) if label.is_blend),
)
"""The 54 recordings of an actor: an emotion at four intensities, neutral in four situations, each blend once."""


def design_clips(n_clips: int, seed: int) -> pd.DataFrame:
    """Draws the clips of the example, training actors first, then the shuffled clips of the test actors.

    Every actor takes the next recordings of one shuffled circle of `RECORDINGS`, so labels are balanced at any size.

    Args:
        n_clips: Number of clips N, at least one an actor (58).
        seed: Seed of the example.

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
    rows, start = [], 0
    for actor, (n_of_actor, fold) in enumerate(zip(_clips_per_actor(n_clips), _folds(seed), strict=True)):
        recordings = circle[np.arange(start, start + n_of_actor) % len(RECORDINGS)]
        rows += _actor_rows(f"A{101 + actor}", fold, recordings)
        start += n_of_actor
    frame = pd.DataFrame(rows)
    return _with_anonymous_test_clips(frame, seed)


def clip_file_name(actor: str, label: Label, take: str, version: int) -> str:
    """The organisers' name of a training clip.

    Examples:
        >>> clip_file_name("A102", LABELS[0], "int1", 1)
        'A102_ang_int1_ver1'
        >>> clip_file_name("A102", LABELS[label_index({"ang": 30, "hap": 70})], "", 1)
        'A102_mix_ang_hap_30_70_ver1'
    """
    parts = ["mix", label.code] if label.is_blend else [label.code, take]
    return "_".join([actor, *parts, f"ver{version}"])


def _clips_per_actor(n_clips: int) -> list[int]:
    """Training actors first; within a split the numbers differ by one clip at most."""
    n_test = max(N_TEST_ACTORS, round(n_clips * N_OFFICIAL_TEST_CLIPS / N_OFFICIAL_CLIPS))
    return [*_shared_out(n_clips - n_test, N_TRAIN_ACTORS), *_shared_out(n_test, N_TEST_ACTORS)]


def _shared_out(n: int, n_actors: int) -> list[int]:
    return [n // n_actors + (actor < n % n_actors) for actor in range(n_actors)]


def _folds(seed: int) -> list[int]:
    """The fold of every actor: nine or ten training actors a fold, and `TEST_FOLD` for the test actors."""
    folds = numpy_generator(seed, "example", "folds").permutation(np.arange(N_TRAIN_ACTORS) % N_FOLDS)
    return [*folds.tolist(), *[TEST_FOLD] * N_TEST_ACTORS]


def _actor_rows(actor: str, fold: int, recordings: np.ndarray) -> list[dict[str, object]]:
    """One row a clip; a recording that comes again is a later version of itself."""
    rows = []
    for recording, n_versions in zip(*np.unique(recordings, return_counts=True), strict=True):
        rows += [_clip_row(actor, fold, RECORDINGS[recording], version) for version in range(1, n_versions + 1)]
    return rows


def _clip_row(actor: str, fold: int, recording: Recording, version: int) -> dict[str, object]:
    position, take = recording
    label = LABELS[position]
    first, second = label.emotions if label.is_blend else (label.emotions[0], "")
    saliences = label.saliences_pct if label.is_blend else ("", "")
    return {
        "filename": clip_file_name(actor, label, take, version),
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
