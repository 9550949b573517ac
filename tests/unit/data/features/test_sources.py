from pathlib import Path

import numpy as np
import pytest

from blemore_cli.core.errors import DataError
from blemore_cli.data.features.search.passed_over import as_lines
from blemore_cli.data.features.sources import clips_in, find_sources

CLIPS = ["A", "B"]


def clip_folder(path: Path, suffix: str = ".npy", clips: list[str] = CLIPS) -> Path:
    path.mkdir(parents=True)
    for clip in clips:
        np.save(path / "x.npy", np.ones(3))
        (path / "x.npy").rename(path / f"{clip}{suffix}")
    return path


def npz(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, X=np.ones((2, 3)), filenames=np.array(CLIPS))
    return path


def names(*paths: Path, **named: Path) -> dict[str, str]:
    places = {name: [path] for name, path in named.items()}
    return {source.name: source.reader.name for source in find_sources(paths, places, CLIPS).sources}


def test_single_encoders_are_recognised(tmp_path: Path) -> None:
    (tmp_path / "egemaps.csv").write_text("filename,a\nA,1\n")
    assert names(npz(tmp_path / "hubert_static_features.npz")) == {"hubert": "npz_archive"}
    assert names(tmp_path / "egemaps.csv") == {"egemaps": "csv_table"}
    assert names(clip_folder(tmp_path / "clip", ".mov.npy")) == {"clip": "clip_folder"}


def test_folder_of_everything(tmp_path: Path) -> None:
    npz(tmp_path / "f/hubert_static_features.npz")
    npz(tmp_path / "f/other.npz")
    npz(tmp_path / "f/deep/wavlm_static_features.npz")
    clip_folder(tmp_path / "f/openface", ".csv")
    clip_folder(tmp_path / "f/clip", ".pt")
    clip_folder(tmp_path / "f/.cache")
    (tmp_path / "f/egemaps.csv").write_text("filename,a\nA,1\n")
    (tmp_path / "f/train_metadata.csv").write_text("filename,video_id,mix,emotion_1,fold\nA,1,0,ang,0\n")
    (tmp_path / "f/README.md").write_text("x")
    np.savez(tmp_path / "f/weights.npz", w=np.ones(3), b=np.ones(3))
    result = find_sources([tmp_path / "f"], {}, CLIPS)
    assert [source.name for source in result.sources] == ["clip", "egemaps", "hubert", "openface", "other", "wavlm"]
    assert {entry.path.name: entry.reason for entry in result.passed_over} == {
        ".cache": "it is hidden: its name begins with a dot",
        "README.md": "it is of no format of features",
        "train_metadata.csv": "it holds metadata and no features",
        "weights.npz": "it must hold an array [T, D] or [D] for each clip, by its name, or X [N, D] with filenames "
        "[N], got w [3] of float64, b [3] of float64",
    }


def test_clips_beyond_the_metadata_are_noted(tmp_path: Path) -> None:
    result = find_sources([clip_folder(tmp_path / "clip", clips=["A", "B", "C", "D"])], {}, CLIPS)
    assert as_lines(result.passed_over) == [
        f"not read: 2 in {tmp_path / 'clip'} (C.npy, D.npy), each because its name is no known clip's"
    ]


def test_encoders_can_be_named(tmp_path: Path) -> None:
    file, folder = npz(tmp_path / "hubert_static_features.npz"), clip_folder(tmp_path / "x/y z")
    assert names(audio=file, video=folder) == {"audio": "npz_archive", "video": "clip_folder"}
    npz(tmp_path / "two/a.npz")
    npz(tmp_path / "two/b.npz")
    with pytest.raises(DataError, match="one encoder, got a, b"):
        names(both=tmp_path / "two")


def test_without_metadata_labels_in_names_tell_clips(tmp_path: Path) -> None:
    folder = clip_folder(tmp_path / "f/clip", clips=["A1_ang_int1_ver1", "test_0001"])
    assert [source.path for source in find_sources([tmp_path / "f"], {}, None).sources] == [folder]


def test_without_metadata_clips_are_those_of_all_sources(tmp_path: Path) -> None:
    clips = ["A1_ang_int1_ver1", "A2_hap_int1_ver1", "test_0001"]
    clip_folder(tmp_path / "clip", clips=clips[1:])
    (tmp_path / "clip/test_metadata.csv").write_text("filename\ntest_0001\n")
    np.savez(tmp_path / "hubert.npz", X=np.ones((2, 3)), filenames=np.array([f"{clip}.mov" for clip in clips[:2]]))
    (tmp_path / "egemaps.csv").write_text(f"file,a\n{clips[0]}.wav,1\n")
    assert clips_in(find_sources([tmp_path], {}, None).sources) == clips


def test_unusable_paths_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts/a.txt").write_text("x")
    for path, message in [
        (tmp_path / "missing", "does not exist"),
        (tmp_path / "empty", "a folder of nothing"),
        (tmp_path / "notes.txt", r"a \.txt file"),
        (tmp_path / "texts", r"a folder of 1 \.txt"),
    ]:
        with pytest.raises(DataError, match=message) as caught:
            names(path)
        assert "static_features.npz" in caught.value.fix
    with pytest.raises(DataError, match="at least one encoder"):
        names()


def test_files_of_other_clips_are_refused_with_both_namings(tmp_path: Path) -> None:
    npz(tmp_path / "f/hubert_static_features.npz")
    clip_folder(tmp_path / "f/clip", clips=["clip-1", "clip-2"])
    with pytest.raises(DataError, match=r"such as A\.npy, got clip-1\.npy, clip-2\.npy"):
        names(tmp_path / "f")


def test_rows_without_the_names_of_their_clips_are_named(tmp_path: Path) -> None:
    (tmp_path / "hubert").mkdir()
    np.save(tmp_path / "hubert/X.npy", np.ones((2, 3)))
    with pytest.raises(DataError, match=r"X\.npy has 2 rows and not the names of their clips: save both"):
        names(tmp_path)


def test_one_clip_in_two_files_is_refused(tmp_path: Path) -> None:
    clip_folder(tmp_path / "clip")
    (tmp_path / "clip/A.pt").touch()
    with pytest.raises(DataError, match=r"A\.npy and A\.pt"):
        names(tmp_path / "clip")


@pytest.mark.parametrize("name", ["my encoder", "<img src=x onerror=alert()>", "{{7*7}}", "javascript:x", "a\u202eb"])
def test_names_must_be_permitted(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataError, match="letters, digits"):
        names(npz(tmp_path / f"{name}.npz"))


def test_a_name_that_is_given_takes_its_paths_out_of_the_search(tmp_path: Path) -> None:
    npz(tmp_path / "f/a/hubert.npz")
    other = npz(tmp_path / "f/b/hubert.npz")
    assert names(tmp_path / "f", second=other) == {"hubert": "npz_archive", "second": "npz_archive"}


def test_the_other_half_of_a_named_half_is_not_found_again(tmp_path: Path) -> None:
    halves = [clip_folder(tmp_path / name, clips=[clip]) for name, clip in (("E_train", "A"), ("E_test", "B"))]
    result = find_sources([tmp_path], {"z": halves[:1]}, CLIPS, test=["B"])
    assert [(source.name, set(source.paths)) for source in result.sources] == [("z", set(halves))]


def test_places_of_one_name_are_joined(tmp_path: Path) -> None:
    halves = [clip_folder(tmp_path / name, clips=[clip]) for name, clip in (("x", "A"), ("y", "B"))]
    result = find_sources([tmp_path], {"z": halves}, CLIPS)
    assert [(source.name, source.paths) for source in result.sources] == [("z", (halves[0], halves[1]))]
    assert clips_in(result.sources) == CLIPS


def test_the_other_half_beside_a_path_is_read_too(tmp_path: Path) -> None:
    train = clip_folder(tmp_path / "pre_extracted_train_data/E_train", clips=["A"])
    test = clip_folder(tmp_path / "pre_extracted_test_data/E_test", clips=["B", "foreign"])
    for path in (train, train.parent, test, test.parent):
        result = find_sources([path], {}, CLIPS, test=["B"])
        assert [(source.name, set(source.paths)) for source in result.sources] == [("E", {train, test})]
        assert "those of the other are read from" in result.notes[0]
    assert find_sources([train, test], {}, CLIPS, test=["B"]).notes == []
    assert find_sources([train], {}, ["A"]).sources[0].paths == (train,)


def test_a_half_whose_clips_the_metadata_do_not_name_is_passed_over(tmp_path: Path) -> None:
    clip_folder(tmp_path / "E_train", clips=["A"])
    clip_folder(tmp_path / "E_test", clips=["test_0001"])
    result = find_sources([tmp_path], {}, ["A"])
    assert [source.name for source in result.sources] == ["E"]
    assert [entry.path.name for entry in result.passed_over] == ["E_test"]
    assert "give --test-metadata" in result.passed_over[0].reason


def test_without_metadata_both_halves_are_recognised(tmp_path: Path) -> None:
    clip_folder(tmp_path / "E_train", clips=["A1_ang_int1_ver1", "A2_sad_int1_ver1"])
    clip_folder(tmp_path / "E_test", clips=["test_0001", "test_0002", "A1_ang_int1_ver1 (1)"])
    sources = find_sources([tmp_path], {}, None).sources
    assert [source.name for source in sources] == ["E"]
    assert clips_in(sources) == ["A1_ang_int1_ver1", "A2_sad_int1_ver1", "test_0001", "test_0002"]


def test_folders_of_clips_are_refused_in_words(tmp_path: Path) -> None:
    for clip in CLIPS:
        npz(tmp_path / clip / "x.npz")
        clip_folder(tmp_path / clip / "y", clips=["z"])
        np.save(tmp_path / clip / "hubert.npy", np.ones(3))
    with pytest.raises(DataError, match="must have a file for each clip, got a folder for each: A, B"):
        names(tmp_path)


def test_formats_to_convert_come_with_the_lines_that_convert_them(tmp_path: Path) -> None:
    folder = tmp_path / "f"
    folder.mkdir()
    (folder / "hubert.xlsx").write_bytes(b"PK\x03\x04")
    for path, found in [(folder / "hubert.xlsx", r"an Excel workbook \(\.xlsx\)"), (folder, r"a folder of 1 \.xlsx")]:
        with pytest.raises(DataError, match=found) as caught:
            find_sources([path], {}, CLIPS)
        assert 'pd.read_excel("hubert.xlsx")' in caught.value.fix
        assert "which has to be converted" in caught.value.message
