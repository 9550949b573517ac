import numpy as np
import pandas as pd
import pytest

from blemore_cli.core.errors import UsageError
from blemore_cli.core.labels import IS_BLEND, N_LABELS, label_index
from blemore_cli.data.example.design import RECORDINGS, design_clips
from blemore_cli.data.metadata.clip_names import parse_clip_name

SIZES = [58, 121, 360, 3050, 4000]


@pytest.fixture(scope="module", params=SIZES)
def design(request: pytest.FixtureRequest) -> pd.DataFrame:
    return design_clips(request.param, seed=3)


def train_of(design: pd.DataFrame) -> pd.DataFrame:
    return design[~design["is_test"].to_numpy(dtype=bool)]


def test_an_actor_records_24_singles_and_30_blends() -> None:
    positions = np.array([position for position, _ in RECORDINGS])
    assert len(RECORDINGS) == len(set(RECORDINGS)) == 54
    assert np.bincount(positions).tolist() == [4] * 6 + [1] * 30


def test_names_are_unique_and_carry_actor_and_label(design: pd.DataFrame) -> None:
    train = train_of(design)
    assert design["filename"].is_unique
    assert [parse_clip_name(name) for name in train["filename"]] == [
        *zip(train["video_id"], train["label"], strict=True)
    ]


def test_columns_say_what_the_label_is(design: pd.DataFrame) -> None:
    rows = zip(design["emotion_1"], design["emotion_2"], design["emotion_1_salience"], design["label"], strict=True)
    for first, second, salience, label in rows:
        assert label_index({first: salience, second: 100 - salience} if second else {first: 100}) == label
    is_single, is_neutral = design["mix"] == 0, design["emotion_1"] == "neu"
    assert ((design["emotion_2"] == "") == is_single).all()
    assert ((design["intensity_level"] != "") == (is_single & ~is_neutral)).all()
    assert ((design["situation"] != "") == is_neutral).all()
    saliences = design.loc[~is_single, ["emotion_1_salience", "emotion_2_salience"]]
    assert set(saliences.sum(axis=1)) <= {100}


def test_folds_and_test_split_share_no_actor(design: pd.DataFrame) -> None:
    assert design.groupby("video_id")["fold"].nunique().max() == 1
    assert design["video_id"].nunique() == 58
    assert train_of(design)["video_id"].nunique() == 47
    assert train_of(design).groupby("fold")["video_id"].nunique().tolist() == [10, 10, 9, 9, 9]
    assert set(design.loc[design["is_test"].astype(bool), "fold"]) == {-1}


def test_labels_are_balanced(design: pd.DataFrame) -> None:
    counts = np.bincount(design["label"], minlength=N_LABELS)
    assert np.ptp(counts[6:]) <= 1
    assert np.ptp(counts[:6]) <= 4
    assert 0.52 < IS_BLEND[design["label"]].mean() < 0.59


def test_official_size_has_the_official_split() -> None:
    design = design_clips(3050, seed=0)
    assert design["is_test"].value_counts().to_dict() == {False: 2456, True: 594}


def test_test_clips_are_anonymous_and_shuffled(design: pd.DataFrame) -> None:
    test = design[design["is_test"].astype(bool)]
    assert test["filename"].tolist() == [f"test_{number:04d}" for number in range(1, len(test) + 1)]
    assert test["video_id"].tolist() != sorted(test["video_id"])


def test_a_recording_that_comes_again_is_the_next_version() -> None:
    versions = design_clips(4000, seed=0)["version"]
    assert versions.value_counts().index.tolist() == [1, 2]


def test_seed_decides() -> None:
    pd.testing.assert_frame_equal(design_clips(120, seed=1), design_clips(120, seed=1))
    assert not design_clips(120, seed=1).equals(design_clips(120, seed=2))


def test_too_few_clips() -> None:
    with pytest.raises(UsageError, match=r"58 actors .* got 57 clips"):
        design_clips(57, seed=0)
