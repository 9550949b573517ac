from pathlib import Path

import numpy as np
import pytest

from blemore_cli.core.errors import ArtefactError
from blemore_cli.core.types import EncoderFeatures
from blemore_cli.data.feature_table import FeatureTable, check_encoders, load_table
from blemore_cli.data.index_file import Index, read_index, write_index


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


def test_clips_without_any_chosen_encoder_are_refused(index: Index) -> None:
    with pytest.raises(ArtefactError, match="46 clips have none: clip_000, clip_007"):
        load_table(index, ["face"])
