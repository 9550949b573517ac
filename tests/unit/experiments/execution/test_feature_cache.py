import shutil
from pathlib import Path

import numpy as np
import pytest

from blemore_cli.core.config.file import with_changes
from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import ArtefactError
from blemore_cli.core.files import sha256_of
from blemore_cli.core.types import EncoderFeatures
from blemore_cli.data.index import file as index_file
from blemore_cli.data.index.feature_table import FeatureTable
from blemore_cli.data.index.file import read_index, write_index
from blemore_cli.experiments.execution.feature_cache import shared_table


def replace_index(project: Config, table: FeatureTable) -> None:
    voice = EncoderFeatures("voice", table.features[1], table.present[:, 1], "av", "x", "static", "0" * 64)
    write_index(project.data.index, table.clips, [voice])


def test_features_are_read_once_for_an_index_and_its_encoders(project: Config, tiny_table: FeatureTable) -> None:
    index = read_index(project.data.index)
    first = shared_table(index, project)
    assert shared_table(read_index(project.data.index), with_changes(project, {"model.top_n": 1})) is first
    assert shared_table(index, with_changes(project, {"model.encoders": ["voice"]})).names == ("voice",)
    replace_index(project, tiny_table)
    assert shared_table(read_index(project.data.index), project).names == ("voice",)


def test_a_replaced_index_is_refused_by_those_who_began_with_another(project: Config, tiny_table: FeatureTable) -> None:
    index = read_index(project.data.index)
    replace_index(project, tiny_table)
    with pytest.raises(ArtefactError, match="was replaced"):
        shared_table(index, with_changes(project, {"model.encoders": ["voice"]}))


def test_an_index_is_not_hashed_again_unless_its_stamp_differs(
    project: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index, hashed = read_index(project.data.index), list[Path]()

    def counted(path: Path) -> str:
        hashed.append(path)
        return sha256_of(path)

    monkeypatch.setattr(index_file, "sha256_of", counted)
    shared_table(index, with_changes(project, {"model.encoders": ["face", "voice"]}))
    assert hashed == []
    shutil.copy(project.data.index, tmp_path / "copy")
    shutil.move(tmp_path / "copy", project.data.index)  # the same bytes with another time
    shared_table(index, with_changes(project, {"model.encoders": ["voice"]}))
    assert hashed == [project.data.index]


def test_standardising_is_part_of_what_is_kept_and_needs_no_persons_of_test_clips(project: Config) -> None:
    index = read_index(project.data.index)
    raw = shared_table(index, project)
    within = shared_table(index, with_changes(project, {"train.standardize": "person"}))
    assert (len(raw.clips), len(within.clips)) == (320, 300)
    assert not np.array_equal(raw.features[2][:300], within.features[2])
    assert shared_table(index, project).features[2].tobytes() == raw.features[2].tobytes()
