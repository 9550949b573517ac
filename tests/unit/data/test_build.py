import os
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest
from tests.fixtures.metadata import TEST, TRAIN, write_metadata
from tests.real_data import HICMAE

from blemore_cli.core.config.schema import ColumnChoice, DataConfig
from blemore_cli.core.errors import ArtefactError, DataError
from blemore_cli.core.files import sha256_of
from blemore_cli.data import build as module
from blemore_cli.data import reuse as reuse_module
from blemore_cli.data.build import build_index
from blemore_cli.data.features import collect as collect_module
from blemore_cli.data.index.sources_file import read_sources, source_text


@pytest.fixture
def data(tmp_path: Path) -> DataConfig:
    write_metadata(tmp_path)
    folder = tmp_path / "features/clip"
    folder.mkdir(parents=True)
    rng = np.random.default_rng(0)
    for n_frames, name in enumerate(TRAIN + TEST, 1):
        np.save(folder / f"{name}.npy", rng.normal(size=(n_frames, 3)).astype(np.float32))
    np.savez(
        tmp_path / "features/hubert_static_features.npz", X=rng.normal(size=(5, 4)), filenames=np.array(TEST + TRAIN)
    )
    return DataConfig(
        features=[tmp_path / "features"],
        train_metadata=tmp_path / "train.csv",
        test_metadata=tmp_path / "test.csv",
        index=tmp_path / "out/index.h5",
        jobs=1,
    )


def test_degenerate_features_are_noted(data: DataConfig, tmp_path: Path) -> None:
    names = np.array(TRAIN + TEST)
    rows = np.array([[1, 2], [0, 0], [1, 2], [3, 4], [5, 6]], dtype=np.float32)
    for name in ("copy", "other"):
        np.savez(tmp_path / f"features/{name}_static_features.npz", X=rows, filenames=names)
    np.savez(tmp_path / "features/same_static_features.npz", X=np.ones((5, 2), dtype=np.float32), filenames=names)
    notes = build_index(data).notes
    for note in (
        "encoder copy: 1 of 5 clips have zeros alone, 1 of 5 clips have exactly the features of another",
        "encoder same: all 5 clips have the same features",
        "encoders copy and other have the same features",
    ):
        assert note in notes


def test_a_file_in_the_place_of_the_sidecar_is_never_overwritten(data: DataConfig) -> None:
    sidecar = data.index.with_name("index.h5.sources.json")
    sidecar.parent.mkdir()
    sidecar.write_text('{"mine": 1}')
    with pytest.raises(ArtefactError, match="must be the sidecar of an index"):
        build_index(data)
    assert sidecar.read_text() == '{"mine": 1}'
    assert not data.index.exists()


def test_what_the_index_was_made_of_is_recorded_beside_it(data: DataConfig) -> None:
    report = build_index(data)
    recorded = read_sources(data.index, report.index.checksum)
    assert recorded
    assert recorded.config(data.index) == data
    files = recorded.files("clip", data.index)
    assert set(files) == {str(data.features[0] / f"clip/{name}.npy") for name in TRAIN + TEST}
    assert all(stamp.sha256 == sha256_of(Path(name)) for name, stamp in files.items())
    metadata = data.train_metadata or Path(), data.test_metadata or Path()
    assert report.index.metadata == dict(zip(("train", "test"), map(sha256_of, metadata), strict=True))


def test_other_metadata_with_the_same_clips_are_another_index(data: DataConfig) -> None:
    before = build_index(data).index.sha256
    with (data.test_metadata or Path()).open("a") as file:
        file.write("\n")
    again = build_index(data)
    assert (again.reused, again.index.sha256 == before) == (["clip", "hubert"], False)


def test_other_settings_of_reading_are_read_again(data: DataConfig, monkeypatch: pytest.MonkeyPatch) -> None:
    build_index(data)
    for each in (collect_module, reuse_module):
        monkeypatch.setattr(each, "reading_settings", lambda _: '{"confidence": 0.8}')
    report = build_index(data)
    assert report.reused == []
    assert report.index.encoders["clip"].settings == '{"confidence": 0.8}'


LIMITED = """
import resource, sys
from blemore_cli.core.config.schema import ColumnChoice, DataConfig
from blemore_cli.core.errors import ArtefactError
from blemore_cli.data.build import build_index
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
try:
    build_index(DataConfig.model_validate_json(sys.argv[1]))
except ArtefactError as error:
    print(error.message)
"""


@pytest.mark.parametrize("limit", [0, 2000, 9000])
def test_a_disk_that_is_full_leaves_the_old_index_and_nothing_else(data: DataConfig, limit: int) -> None:
    build_index(data)
    np.save(data.features[0] / f"clip/{TEST[0]}.npy", np.ones((2, 3)))
    before = {path: path.read_bytes() for path in data.index.parent.iterdir()}
    words = [sys.executable, "-c", LIMITED, data.model_dump_json(), str(limit)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout[-15:]) == (0, "File too large\n"), done.stderr
    assert {path: path.read_bytes() for path in data.index.parent.iterdir()} == before


def test_names_of_columns_are_kept_and_survive_reuse(data: DataConfig) -> None:
    (data.features[0] / "table.csv").write_text("filename,F0,jitter\n" + "".join(f"{n},1,2\n" for n in TRAIN + TEST))
    assert build_index(data).index.encoders["table"].columns == ("F0", "jitter")
    again = build_index(data)
    assert (again.reused, again.index.encoders["table"].columns) == (["clip", "hubert", "table"], ("F0", "jitter"))


def changed(data: DataConfig, **values: object) -> DataConfig:
    return data.model_copy(update=values)


def test_index_holds_all_encoders_in_the_order_of_the_metadata(data: DataConfig) -> None:
    index = build_index(data).index
    assert index.clips.filename.tolist() == TRAIN + TEST
    assert {name: (info.dim, info.aggregate, info.source) for name, info in index.encoders.items()} == {
        "clip": (21, "stats7", "../features/clip"),
        "hubert": (4, "static", "../features/hubert_static_features.npz"),
    }
    with np.load(data.features[0] / "hubert_static_features.npz") as archive:
        assert np.array_equal(index.features("hubert"), np.roll(archive["X"], -2, axis=0).astype(np.float32))


def test_repeating_gives_the_same_bytes_and_reads_nothing_again(
    data: DataConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = build_index(data)
    monkeypatch.setattr(module, "collect", None)
    monkeypatch.setattr(module, "write_index", None)
    second = build_index(data)
    assert second.index.sha256 == first.index.sha256
    assert (first.reused, second.reused) == ([], ["clip", "hubert"])


@pytest.mark.parametrize(
    ("change", "reused"),
    [("touched", ["clip", "hubert"]), ("file", ["hubert"]), ("aggregate", ["hubert"]), ("clips", []), ("damage", [])],
)
def test_only_what_changed_is_read_again(data: DataConfig, change: str, reused: list[str]) -> None:
    build_index(data)
    if change == "touched":
        os.utime(data.features[0] / f"clip/{TEST[0]}.npy", (0, 0))
    if change == "file":
        np.save(data.features[0] / f"clip/{TEST[0]}.npy", np.ones((2, 3)))
    if change == "aggregate":
        data = changed(data, aggregate="mean")
    if change == "clips":
        data = changed(data, test_metadata=None)
    if change == "damage":
        data.index.write_bytes(data.index.read_bytes()[:-50])
    report = build_index(data)
    assert report.reused == reused
    rebuilt = report.index.sha256
    data.index.unlink()
    assert build_index(data).index.sha256 == rebuilt


@pytest.mark.parametrize(("dataset", "reused"), [("encoders/clip/features", ["hubert"]), ("encoders/clip/present", [])])
def test_a_flipped_bit_is_mended_with_a_note(data: DataConfig, dataset: str, reused: list[str]) -> None:
    before = build_index(data).index.sha256
    with h5py.File(data.index) as file:
        offset = file[dataset].id.get_offset()
    content = bytearray(data.index.read_bytes())
    content[offset + 2] ^= 1
    data.index.write_bytes(content)
    report = build_index(data)
    assert (report.reused, report.index.sha256) == (reused, before)
    [note] = report.notes
    assert "encoder clip had another checksum" in note
    assert "read again" in note


def test_masked_gap_is_an_error_again_when_masks_are_not_wanted(data: DataConfig) -> None:
    (data.features[0] / f"clip/{TEST[0]}.npy").unlink()
    masked = build_index(changed(data, missing="mask"))
    assert masked.index.encoders["clip"].n_missing == 1
    before = sha256_of(data.index)
    with pytest.raises(DataError, match=f"missing: {TEST[0]}"):
        build_index(data)
    assert sha256_of(data.index) == before


def test_existing_index_is_a_source(data: DataConfig, tmp_path: Path) -> None:
    first = build_index(data).index
    again = build_index(changed(data, features=[first.path], index=tmp_path / "second.h5")).index
    assert list(again.encoders) == ["clip", "hubert"]
    assert again.features("clip").tobytes() == first.features("clip").tobytes()
    assert again.encoders["clip"].sha256 == first.encoders["clip"].sha256
    onto_itself = build_index(changed(data, features=[first.path])).index
    assert onto_itself.features("hubert").tobytes() == first.features("hubert").tobytes()


def test_without_metadata_names_give_clips_and_labels(data: DataConfig) -> None:
    with_metadata = build_index(data).index.clips
    clips = build_index(changed(data, train_metadata=None, test_metadata=None)).index.clips
    assert clips.filename.tolist() == TRAIN + TEST
    assert clips.label.tolist() == with_metadata.label.tolist()


def test_clip_of_no_encoder_is_an_error_even_with_masks(data: DataConfig) -> None:
    (data.test_metadata or Path()).write_text("filename\ntest_0001\ntest_0002\ntest_0003\n")
    with pytest.raises(DataError, match="at least one encoder, got none for test_0003"):
        build_index(changed(data, missing="mask"))
    assert not data.index.parent.exists()


def test_other_files_are_never_overwritten(data: DataConfig, tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("mine")
    other = tmp_path / "other.h5"
    with h5py.File(other, "w") as file:
        file["mine"] = [1]
    for path in (text, other, tmp_path):
        with pytest.raises(ArtefactError, match="must be"):
            build_index(changed(data, index=path))
    assert text.read_text() == "mine"
    with h5py.File(other) as file:
        assert "mine" in file


def test_modality_of_an_unknown_encoder_is_refused(data: DataConfig) -> None:
    assert build_index(changed(data, modality={"clip": "audio"})).index.encoders["clip"].modality == "audio"
    assert build_index(data).index.encoders["clip"].modality == "video"
    with pytest.raises(DataError, match=r"clip, hubert.*got klip") as caught:
        build_index(changed(data, modality={"klip": "audio"}))
    assert "data.modality." in caught.value.fix


def test_columns_of_an_unknown_encoder_are_refused(data: DataConfig) -> None:
    report = build_index(changed(data, columns={"hubert": ColumnChoice(leave_out=["1", "3"])}))
    assert report.index.encoders["hubert"].columns == ("0", "2")
    with pytest.raises(DataError, match=r"columns must be given for encoders.*got huberts"):
        build_index(changed(data, columns={"huberts": ColumnChoice()}))


def test_progress_ends_with_every_encoder_done(data: DataConfig) -> None:
    calls: dict[str, tuple[int, int]] = {}
    build_index(data, progress=lambda name, done, total: calls.update({name: (done, total)}))
    assert calls == {"clip": (5, 5), "hubert": (5, 5)}


def test_source_text_is_relative_where_a_folder_is_shared() -> None:
    assert source_text(Path("/p/features"), Path("/p")) == "features"
    assert source_text(Path("/data/x"), Path("/home/p")) == "/data/x"


@pytest.mark.real
def test_real_features(tmp_path: Path) -> None:
    index = build_index(
        DataConfig(
            features=[HICMAE / "features"],
            train_metadata=HICMAE / "train_metadata.csv",
            test_metadata=HICMAE / "test_metadata.csv",
            index=tmp_path / "index.h5",
        )
    ).index
    assert len(index.encoders) == 8
    assert np.bincount(index.clips.fold[~index.clips.is_test]).tolist() == [522, 486, 468, 472, 508]
    with np.load(HICMAE / "features/hicmae_ce50_static_features.npz") as archive:
        row_of = {str(name): row for row, name in enumerate(archive["filenames"])}
        expected = archive["X"][[row_of[name] for name in index.clips.filename.tolist()]]
    assert np.array_equal(index.features("hicmae_ce50"), expected)
