"""The published numbers, against the challenge's table."""

import numpy as np
import pytest
from tests.real_data import HICMAE

from blemore_cli.core.types import Clips
from blemore_cli.data.metadata.clips import read_clips
from blemore_cli.reporting.tables.published import CAVEAT, PUBLISHED, published_for, score_of

TABLE = """
| always the most frequent single / blend | 0.078 / 0.035 | 0.074 / 0.036 |
| ImageBind, MLP-512 | 0.290 / 0.130 | - |
| WavLM, MLP-512 | 0.265 / 0.121 | 0.311 / 0.084 |
| ImageBind + WavLM, early fusion | 0.345 / 0.170 | 0.327 / 0.114 |
| VideoMAEv2 + HuBERT, early fusion | - | 0.332 / 0.114 |
| 6th place, 12-encoder late fusion | - | 0.391 / 0.168 |
"""


def figures(text: str) -> tuple[float, ...] | None:
    return None if text == "-" else tuple(map(float, text.split(" / ")))


def test_they_are_those_of_the_challenge() -> None:
    rows = [line.strip("| ").split(" | ") for line in TABLE.strip().splitlines()]
    assert [(each.validation, each.test) for each in PUBLISHED] == [
        (figures(validation), figures(test)) for _, validation, test in rows
    ]
    words = [set(name.replace("12-encoder late fusion", "late fusion").split()) for name, *_ in rows]
    assert all(own - {"always", "the"} <= set(each.system.split()) for own, each in zip(words, PUBLISHED, strict=True))


def test_a_score_is_the_mean_of_both() -> None:
    assert score_of((0.345, 0.17)) == pytest.approx(0.2575)
    assert score_of(None) is None
    assert "optimistic" in CAVEAT


@pytest.fixture
def foreign() -> Clips:
    columns = (["a", "b", "t"], ["A1", "A2", ""], [False, False, True], [0, 1, -1], [0, 6, -1])
    return Clips(*map(np.array, columns))


def test_planted_and_foreign_clips_are_beside_nothing_published(foreign: Clips) -> None:
    assert published_for(foreign) == ()


@pytest.mark.real
def test_the_official_clips_in_their_folds_are_recognised() -> None:
    clips = read_clips(HICMAE / "train_metadata.csv", HICMAE / "test_metadata.csv")
    assert published_for(clips) == PUBLISHED
    assert published_for(clips.take(np.random.default_rng(0).permutation(len(clips)))) == PUBLISHED
    assert published_for(clips.take(np.arange(len(clips)) > 0)) == ()
    fold = np.where(clips.fold == 0, 1, np.where(clips.fold == 1, 0, clips.fold))
    assert published_for(Clips(clips.filename, clips.actor, clips.is_test, fold, clips.label)) == ()
