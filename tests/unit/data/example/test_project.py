from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from blemore_cli.core.config.file import load_config
from blemore_cli.core.errors import ArtefactError, DataError, UsageError
from blemore_cli.core.files import sha256_of
from blemore_cli.core.labels import EMOTIONS
from blemore_cli.data.example.planting import PLANTED_ENCODERS
from blemore_cli.data.example.project import Example, read_informative, write_example
from blemore_cli.data.features.sources import find_sources
from blemore_cli.data.metadata.clips import read_clips

N_CLIPS = 60


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Example:
    return write_example(tmp_path_factory.mktemp("example") / "new", n_clips=N_CLIPS, seed=5)


def checksums(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): sha256_of(path) for path in folder.rglob("*") if path.is_file()}


def test_metadata_keep_every_rule_of_the_label_design(example: Example) -> None:
    clips = read_clips(example.train_metadata, example.test_metadata)
    assert len(clips) == N_CLIPS
    assert set(clips.fold[~clips.is_test]) == {0, 1, 2, 3, 4}
    assert clips.is_test.sum() == len(pd.read_csv(example.test_metadata))


def test_metadata_have_the_official_columns(example: Example) -> None:
    assert example.train_metadata.read_text(encoding="utf-8").splitlines()[0] == (
        "filename,video_id,mix,emotion_1,emotion_2,emotion_1_salience,emotion_2_salience,"
        "intensity_level,situation,version,fold"
    )
    assert pd.read_csv(example.test_metadata).columns.tolist() == ["filename"]


def test_features_are_found_as_twelve_encoders_of_all_kinds(example: Example) -> None:
    clips = read_clips(example.train_metadata, example.test_metadata)
    sources = find_sources([example.features], {}, list(clips.filename)).sources
    assert [source.name for source in sources] == [encoder.name for encoder in PLANTED_ENCODERS]
    assert {source.reader.name for source in sources} == {"npz_archive", "clip_folder", "csv_table"}


def test_one_encoder_lacks_five_percent_of_the_clips(example: Example) -> None:
    assert len(list((example.features / "openface").iterdir())) == N_CLIPS - N_CLIPS // 20
    assert len(list((example.features / "hubert").iterdir())) == N_CLIPS


def test_answer_has_labels_of_the_test_clips(example: Example) -> None:
    labels, test = pd.read_csv(example.test_labels), pd.read_csv(example.test_metadata)
    assert labels["filename"].tolist() == test["filename"].tolist()
    assert set(labels["emotion_1"]) <= set(EMOTIONS)
    assert set(labels["mix"]) == {0, 1}


def test_answer_names_the_informative_encoders_of_every_clip(example: Example) -> None:
    informative = pd.read_csv(example.informative).set_index("filename")
    assert informative.columns.tolist() == [encoder.name for encoder in PLANTED_ENCODERS]
    assert len(informative) == N_CLIPS
    assert set(informative.sum(axis=1)) == {3}
    with_face = {path.stem for path in (example.features / "openface").iterdir()}
    assert set(informative.index[informative["openface"] == 1]) <= with_face


def test_nothing_but_the_answer_tells_a_test_clips_label(example: Example) -> None:
    names = [path.name for path in example.features.rglob("*")]
    actors = {f"A{number}" for number in range(148, 159)}
    assert not [name for name in names if name.split("_")[0] in actors]
    with np.load(example.features / "wavlm_static_features.npz") as arrays:
        assert not [name for name in arrays["filenames"] if name.split("_")[0] in actors]


def test_project_file_is_valid_and_its_paths_exist(example: Example) -> None:
    config, root = load_config(example.config)
    assert root == example.folder
    assert config.data.features == [example.features]
    assert (config.data.missing, config.data.aggregate, config.model.top_n) == ("mask", "stats7", 3)
    assert config.data.modality == {encoder.name: encoder.modality for encoder in PLANTED_ENCODERS}


def test_the_same_seed_gives_the_same_bytes(example: Example, tmp_path: Path) -> None:
    again = write_example(tmp_path / "again", n_clips=N_CLIPS, seed=5)
    other = write_example(tmp_path / "other", n_clips=N_CLIPS, seed=6)
    assert checksums(again.folder) == checksums(example.folder)
    assert checksums(other.folder)["train_metadata.csv"] != checksums(example.folder)["train_metadata.csv"]


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("precious", encoding="utf-8")
    with pytest.raises(ArtefactError, match="empty folder"):
        write_example(tmp_path, n_clips=N_CLIPS)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.touch()
    with pytest.raises(ArtefactError, match="must be a folder"):
        write_example(path, n_clips=N_CLIPS)


def test_too_few_clips_leave_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        write_example(tmp_path / "new", n_clips=10)
    assert not (tmp_path / "new").exists()


def test_the_answer_is_read_in_the_order_of_clips_and_encoders(tmp_path: Path) -> None:
    path = tmp_path / "informative.csv"
    path.write_text("filename,x,y,z\nb,1,0,0\na,0,1,1\n")
    informative = read_informative(path, np.array(["a", "b"]), ["z", "x"])
    assert informative.tolist() == [[True, False], [False, True]]
    with pytest.raises(DataError, match="got none for c"):
        read_informative(path, np.array(["a", "c"]), ["x"])
    with pytest.raises(DataError, match="w"):
        read_informative(path, np.array(["a"]), ["w"])
