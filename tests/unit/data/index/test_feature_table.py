from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from blemore_cli.core.errors import ArtefactError, ConfigError, DataError
from blemore_cli.core.types import EncoderFeatures
from blemore_cli.data.index.feature_table import (
    FeatureTable,
    check_costs,
    check_encoders,
    check_gate_view,
    load_table,
    standardised,
    without_unidentified_test_clips,
)
from blemore_cli.data.index.file import Index, read_index, write_index
from blemore_cli.data.index.group_standardisation import SPLIT_PSEUDO_COUNT, within_groups


@pytest.fixture
def index(tiny_table: FeatureTable, tmp_path: Path) -> Index:
    columns = zip(tiny_table.names, tiny_table.features, tiny_table.present.T, strict=True)
    encoders = [EncoderFeatures(name, x, there, "av", "x.npz", "static", "0" * 64) for name, x, there in columns]
    write_index(tmp_path / "index.h5", tiny_table.clips, encoders)
    return read_index(tmp_path / "index.h5")


def test_all_encoders_are_read_in_the_order_of_the_index(index: Index, tiny_table: FeatureTable) -> None:
    table = load_table(index)
    assert table.names == tuple(index.encoders) == ("face", "noise", "voice")
    assert table.widths == (8, 5, 12)
    assert table.index_sha256 == index.sha256
    np.testing.assert_array_equal(table.clips.label, tiny_table.clips.label)
    for place, original in enumerate((0, 2, 1)):
        np.testing.assert_array_equal(table.present[:, place], tiny_table.present[:, original])
        np.testing.assert_array_equal(table.features[place], tiny_table.features[original])


def test_chosen_encoders_are_read_in_the_order_asked_for(index: Index, tiny_table: FeatureTable) -> None:
    table = load_table(index, ["noise", "face"])
    assert (table.names, table.widths) == (("noise", "face"), (5, 8))
    np.testing.assert_array_equal(table.features[1], tiny_table.features[0])
    np.testing.assert_array_equal(table.present, tiny_table.present[:, [2, 0]])


@pytest.mark.parametrize("names", [["face", "face"], ["face", "smell"]])
def test_unknown_and_repeated_encoders_are_refused(index: Index, names: list[str]) -> None:
    with pytest.raises(ArtefactError, match="distinct names"):
        check_encoders(index, names)


@pytest.mark.parametrize("view", [["face", "face"], ["smell"], ["face", "smell"]])
def test_a_view_is_of_distinct_encoders_in_use(view: list[str]) -> None:
    check_gate_view(("face", "voice"), [])
    check_gate_view(("face", "voice"), ["voice"])
    with pytest.raises(ArtefactError, match="gate_view must be distinct encoders in use"):
        check_gate_view(("face", "voice"), view)


def test_costs_are_of_encoders_of_the_index() -> None:
    check_costs(("face", "voice"), {"voice": 2.0})
    with pytest.raises(ConfigError, match=r"\(face, voice\), got voise; did you mean voice\?"):
        check_costs(("face", "voice"), {"face": 1.0, "voise": 2.0})


def test_clips_without_any_chosen_encoder_are_refused(index: Index) -> None:
    with pytest.raises(ArtefactError, match="43 clips have none: clip_000, clip_007"):
        load_table(index, ["face"])
    with pytest.raises(ArtefactError, match="46 clips have none: clip_000, clip_007"):
        check_encoders(index, ["face"], predicts_test=True)


@pytest.fixture
def named_table(tiny_table: FeatureTable) -> FeatureTable:
    """The same clips, with two persons in the test clips."""
    actor = tiny_table.clips.actor.astype("<U8")
    actor[300:] = ["P1", "P2"] * 10
    return replace(tiny_table, clips=replace(tiny_table.clips, actor=actor))


def test_features_are_standardised_within_persons_with_the_training_clips_as_prior(named_table: FeatureTable) -> None:
    table = standardised(named_table, "person")
    np.testing.assert_array_equal(table.present, named_table.present)
    for raw, scaled in zip(named_table.features, table.features, strict=True):
        np.testing.assert_array_equal(
            scaled, within_groups(raw, named_table.clips.actor, np.arange(len(raw)) < 300, pseudo_count=1)
        )


def test_no_label_fold_or_test_clip_changes_the_training_clips(named_table: FeatureTable) -> None:
    clips, rng = named_table.clips, np.random.default_rng(0)
    is_test = clips.is_test[:, None]
    features = tuple(np.where(is_test, 1e3, matrix).astype(np.float32) for matrix in named_table.features)
    relabelled = replace(clips, label=rng.permutation(clips.label), fold=rng.permutation(clips.fold))
    changed = replace(named_table, clips=relabelled, features=features)
    before, after = standardised(named_table, "person"), standardised(changed, "person")
    for left, right in zip(before.features, after.features, strict=True):
        np.testing.assert_array_equal(left[:300], right[:300])


def test_features_are_standardised_within_each_fold_and_within_the_test_clips(tiny_table: FeatureTable) -> None:
    table = standardised(tiny_table, "split")
    for raw, scaled in zip(tiny_table.features, table.features, strict=True):
        expected = within_groups(raw, tiny_table.clips.fold, np.arange(len(raw)) < 300, pseudo_count=SPLIT_PSEUDO_COUNT)
        np.testing.assert_array_equal(scaled, expected)
    for k in range(5):
        rows = table.features[1][tiny_table.clips.fold == k]
        assert np.abs(rows.mean(axis=0)).max() < 0.12  # 60 clips beside the 20 that the prior counts for
    assert np.isfinite(table.features[1][300:]).all()


def test_within_splits_no_label_or_person_is_read_and_no_other_split_beyond_the_prior(tiny_table: FeatureTable) -> None:
    clips, rng = tiny_table.clips, np.random.default_rng(0)
    relabelled = replace(clips, label=rng.permutation(clips.label), actor=rng.permutation(clips.actor))
    shifted = tuple(np.where(clips.is_test[:, None], 1e3, x).astype(np.float32) for x in tiny_table.features)
    before = standardised(tiny_table, "split")
    for changed in (replace(tiny_table, clips=relabelled), replace(tiny_table, features=shifted)):
        after = standardised(changed, "split")
        for left, right in zip(before.features, after.features, strict=True):
            np.testing.assert_array_equal(left[:300], right[:300])


def test_persons_must_be_known_to_standardise_within_them(index: Index) -> None:
    raw = load_table(index, standardize="global")
    np.testing.assert_array_equal(raw.features[0], load_table(index).features[0])
    with pytest.raises(DataError, match="20 of 320 clips have no person"):
        load_table(index, standardize="person")


def test_test_clips_are_left_out_where_one_has_no_person(named_table: FeatureTable) -> None:
    assert without_unidentified_test_clips(named_table) is named_table
    actor = named_table.clips.actor.copy()
    actor[310] = ""
    short = without_unidentified_test_clips(replace(named_table, clips=replace(named_table.clips, actor=actor)))
    assert len(short.clips) == len(short.present) == len(short.features[2]) == 300
    assert not short.clips.is_test.any()
    np.testing.assert_array_equal(short.features[1], named_table.features[1][:300])
