import os
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from blemore_cli.core.choices import Standardize
from blemore_cli.core.types import EncoderFeatures
from blemore_cli.data.index.array_cache import cached_as
from blemore_cli.data.index.feature_table import FeatureTable, standardised, without_unidentified_test_clips
from blemore_cli.data.index.file import Index, read_index, write_index
from blemore_cli.data.index.mapped_table import CACHE, mapped_table

NARROW, WIDE = 0, 1


@pytest.fixture
def table(tiny_table: FeatureTable) -> FeatureTable:
    """Two encoders, of which the second has more columns than there are training clips."""
    rng = np.random.default_rng(0)
    wide = rng.normal(size=(320, 301)).astype(np.float32)
    present = tiny_table.present[:, :2].copy()
    wide[~present[:, 1]] = np.nan
    return replace(tiny_table, names=("face", "wide"), features=(tiny_table.features[0], wide), present=present)


def indexed(table: FeatureTable, path: Path) -> Index:
    columns = zip(table.names, table.features, table.present.T, strict=True)
    encoders = [EncoderFeatures(name, x, there, "av", "x.npz", "static", "0" * 64) for name, x, there in columns]
    write_index(path, table.clips, encoders)
    return read_index(path)


@pytest.mark.parametrize("standardize", ["split", "global", "person"])
def test_the_features_are_those_of_the_plain_way(table: FeatureTable, tmp_path: Path, standardize: Standardize) -> None:
    mapped = mapped_table(indexed(table, tmp_path / "index.h5"), (), standardize, tmp_path)
    known = without_unidentified_test_clips(table) if standardize == "person" else table
    expected = standardised(known, standardize)
    np.testing.assert_array_equal(mapped.present, expected.present)
    np.testing.assert_array_equal(mapped.clips.filename, expected.clips.filename)
    for one, other in zip(mapped.features, expected.features, strict=True):
        np.testing.assert_array_equal(one, other)


def test_wide_encoders_alone_are_kept_and_only_once(table: FeatureTable, tmp_path: Path) -> None:
    index = indexed(table, tmp_path / "index.h5")
    first = mapped_table(index, (), "split", tmp_path)
    assert len(list((tmp_path / CACHE).iterdir())) == 1
    assert cached_as(first.features[WIDE])[1]
    assert not cached_as(first.features[NARROW])[1]
    again = mapped_table(index, ("wide",), "split", tmp_path)
    assert cached_as(again.features[0])[1] == cached_as(first.features[WIDE])[1]
    assert len(list((tmp_path / CACHE).iterdir())) == 1


def test_what_is_kept_of_a_former_index_goes(table: FeatureTable, tmp_path: Path) -> None:
    mapped_table(indexed(table, tmp_path / "index.h5"), (), "split", tmp_path)
    (former,) = (tmp_path / CACHE).iterdir()
    other = indexed(replace(table, features=(table.features[0], table.features[1] * 2)), tmp_path / "index.h5")
    mapped_table(other, (), "split", tmp_path)
    assert former.exists()  # it was used a moment ago
    os.utime(former, (time.time() - 3601,) * 2)
    mapped_table(other, (), "split", tmp_path)
    assert not former.exists()
    assert len(list((tmp_path / CACHE).iterdir())) == 1


@pytest.mark.parametrize("what", ["features", "fold", "standardize"])
def test_what_is_kept_of_other_data_is_not_taken(table: FeatureTable, tmp_path: Path, what: str) -> None:
    mapped_table(indexed(table, tmp_path / "index.h5"), (), "split", tmp_path)
    other = replace(table, features=(table.features[0], table.features[1] * 2)) if what == "features" else table
    if what == "fold":
        fold = np.where(table.clips.is_test, -1, 4 - table.clips.fold)
        fold[:15] = 0
        other = replace(table, clips=replace(table.clips, fold=fold, actor=np.full(320, "A")))
    standardize: Standardize = "global" if what == "standardize" else "split"
    mapped = mapped_table(indexed(other, tmp_path / "other.h5"), (), standardize, tmp_path)
    np.testing.assert_array_equal(mapped.features[WIDE], standardised(other, standardize).features[WIDE])
    assert len(list((tmp_path / CACHE).iterdir())) == 2
