from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from blemore_cli.core.errors import ArtefactError, DataError
from blemore_cli.core.types import EncoderFeatures
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.data.index.file import Index, read_index, write_index
from blemore_cli.experiments.data_checks.identification import Identification, check_reliable, identify_persons

SEEN = np.array([f"P{i % 4}" for i in range(20)])
"""Who is seen in the test clips."""


def index_of(table: FeatureTable, path: Path, *, n_missing: int = 0) -> Index:
    """The small data set with a speaker encoder that misses the last clips, and one of noise."""
    rng = np.random.default_rng(0)
    actors, seen = np.unique(np.append(table.clips.actor[:300], SEEN), return_inverse=True)
    speaker = rng.normal(size=(len(actors), 16))[seen] + 0.2 * rng.normal(size=(320, 16))
    there = np.arange(320) < 320 - n_missing
    speaker[~there] = np.nan
    encoders = [
        EncoderFeatures(name, x.astype(np.float32), mask, "audio", "x.npz", "static", "0" * 64)
        for name, x, mask in (("speaker", speaker, there), ("noise", rng.normal(size=(320, 5)), np.ones(320, bool)))
    ]
    write_index(path, table.clips, encoders)
    return read_index(path)


@pytest.fixture
def index(tiny_table: FeatureTable, tmp_path: Path) -> Index:
    return index_of(tiny_table, tmp_path / "index.h5")


@pytest.mark.parametrize("n_persons", [None, 4])
def test_an_encoder_of_identity_finds_the_persons(index: Index, n_persons: int | None) -> None:
    found = identify_persons(index, ["speaker"], n_persons)
    assert (found.encoders, found.n_persons, found.ari_train) == (("speaker",), 4, 1)
    assert found.filename.tolist() == index.clips.filename[300:].tolist()
    assert found.person.tolist() == [f"person-{i % 4 + 1:02d}" for i in range(20)]
    check_reliable(found)


def test_another_encoder_is_not_trusted(index: Index) -> None:
    found = identify_persons(index, ["noise"])
    with pytest.raises(DataError, match=r"clusters of noise .* 0.8 or more.* it is -?0\.") as caught:
        check_reliable(found)
    assert caught.value.exit_code == 3
    assert "--force" in caught.value.fix


def test_without_known_actors_nothing_is_trusted() -> None:
    found = Identification(("x",), np.array(["t"]), np.array(["person-01"]), 1, 0.0, None)
    with pytest.raises(DataError, match="two known actors are missing"):
        check_reliable(found)


def test_the_training_actors_only_judge(index: Index) -> None:
    hidden = replace(index, clips=replace(index.clips, actor=np.full(320, "")))
    found = identify_persons(hidden, ["speaker"])
    assert found.ari_train is None
    np.testing.assert_array_equal(found.person, identify_persons(index, ["speaker"]).person)


def test_every_test_clip_needs_features(tiny_table: FeatureTable, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="speaker lacks clip_318, clip_319"):
        identify_persons(index_of(tiny_table, tmp_path / "gaps.h5", n_missing=2), ["speaker"])


def test_what_is_not_there_is_refused(index: Index, tiny_table: FeatureTable, tmp_path: Path) -> None:
    with pytest.raises(ArtefactError, match="but not face"):
        identify_persons(index, ["face"])
    train = np.arange(300)
    encoder = EncoderFeatures("speaker", np.ones((300, 2), np.float32), train >= 0, "av", "x", "static", "0" * 64)
    write_index(tmp_path / "train.h5", tiny_table.clips.take(train), [encoder])
    with pytest.raises(DataError, match=r"test clips, and .* has none"):
        identify_persons(read_index(tmp_path / "train.h5"), ["speaker"])
