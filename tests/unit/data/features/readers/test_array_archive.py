import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from tests.fixtures.feature_files import Hostile, damaged, npy, npz, save_npz

from blemore_cli.core.config.schema import DataConfig
from blemore_cli.core.errors import DataError
from blemore_cli.core.types import EncoderFeatures, Floats
from blemore_cli.data.features.readers.array_archive import (
    ArrayArchive,
    Hdf5Archive,
    NpzArchive,
    SafetensorsArchive,
    TorchArchive,
)
from blemore_cli.data.features.readers.base import Candidate, Request, Source
from blemore_cli.data.features.records import SourceFeatures
from blemore_cli.data.index.file import write_index
from blemore_cli.data.metadata.clips import clips_from_names

CLIPS = ["A1_ang_int1_ver1", "A2_hap_int1_ver1", "test_0001"]
FRAMES = {clip: np.random.default_rng(len(clip)).normal(size=(4, 2)).astype(np.float32) for clip in CLIPS}
MEANS = np.stack([frames.mean(axis=0) for frames in FRAMES.values()])
TENSORS = {clip: torch.from_numpy(frames) for clip, frames in FRAMES.items()}


def read_all(reader: ArrayArchive, path: Path, aggregate: str = "mean") -> dict[str, SourceFeatures]:
    """The features of every encoder of a file, by its name."""
    request = Request(CLIPS.__contains__, DataConfig.model_validate({"aggregate": aggregate, "jobs": 1}))
    names = reader.encoders_at(Candidate(path, request.is_clip, is_given=True))
    sources = [Source(name, path, reader) for name in names]
    return {source.name: reader.read(source, request) for source in sources}


def features_of(content: bytes, folder: Path) -> SourceFeatures:
    path = folder / "hubert.npz"
    path.write_bytes(content)
    return read_all(NpzArchive(), path)["hubert"]


def hdf5(arrays: Mapping[str, Any]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with h5py.File(path, "w") as file:
            for name, array in arrays.items():
                file[name] = array

    return write


def padded(value: float) -> Floats:
    """Frames of the clips in one array, with a frame of some value after each clip's end."""
    return np.stack([np.vstack([frames, np.full((1, 2), value, np.float32)]) for frames in FRAMES.values()])


BY_CLIP: dict[str, tuple[ArrayArchive, str, Callable[[Path], Any]]] = {
    "npz": (NpzArchive(), "x.npz", lambda path: save_npz(path, **FRAMES)),
    "npz compressed": (NpzArchive(), "x.npz", lambda path: np.savez_compressed(path, allow_pickle=False, **FRAMES)),
    "npz of videos": (
        NpzArchive(),
        "x.npz",
        lambda path: save_npz(path, **{f"videos/{clip}.mov": frames for clip, frames in FRAMES.items()}),
    ),
    "pt": (TorchArchive(), "x.pt", lambda path: torch.save(TENSORS, path)),
    "pt before zip": (
        TorchArchive(),
        "x.pth",
        lambda path: torch.save(TENSORS, path, _use_new_zipfile_serialization=False),
    ),
    "pt of splits": (
        TorchArchive(),
        "x.pt",
        lambda path: torch.save({"train": dict([*TENSORS.items()][:2]), "test": dict([*TENSORS.items()][2:])}, path),
    ),
    "pt of dictionaries": (
        TorchArchive(),
        "x.bin",
        lambda path: torch.save({clip: {"features": t, "fps": 25.0} for clip, t in TENSORS.items()}, path),
    ),
    "safetensors": (SafetensorsArchive(), "x.safetensors", lambda path: save_file(TENSORS, path)),
    "hdf5": (Hdf5Archive(), "x.h5", hdf5(FRAMES)),
    "hdf5 with a group a clip": (Hdf5Archive(), "x.hdf5", hdf5({f"{clip}/emb": FRAMES[clip] for clip in CLIPS})),
    "csd": (Hdf5Archive(), "x.csd", hdf5({f"covarep/data/{clip}/features": FRAMES[clip] for clip in CLIPS})),
}
BY_LIST: dict[str, dict[str, Any]] = {
    "organisers": {"X": MEANS, "filenames": np.array(CLIPS)},
    "objects": {"X": MEANS, "filenames": np.array(CLIPS, dtype=object)},
    "a column": {"X": MEANS, "filenames": np.array(CLIPS)[:, None]},
    "a column of objects": {"X": MEANS, "filenames": np.array(CLIPS, dtype=object)[:, None]},
    "bytes": {"embeddings": MEANS, "ids": np.array(CLIPS, dtype="S")},
    "npy names": {"features": MEANS, "files": np.array([f"{clip}.mov.npy" for clip in CLIPS])},
    "other keys": {"hubert": MEANS, "videos": np.array(CLIPS), "labels": np.array([[1], [2], [3]])},
    "other lists": {"X": MEANS, "label": np.array(["ang", "hap", "-"]), "name": np.array(CLIPS)},
    "another order": {"X": MEANS[::-1], "filenames": np.array(CLIPS[::-1])},
    "an axis of one": {"X": MEANS[:, None], "filenames": np.array(CLIPS)},
    "frames": {"X": np.stack([*FRAMES.values()]), "filenames": np.array(CLIPS)},
    "frames with zeros": {"X": padded(0.0), "filenames": np.array(CLIPS)},
    "frames with NaN": {"X": padded(np.nan), "filenames": np.array(CLIPS)},
    "frames with lengths": {"X": padded(7.0), "filenames": np.array(CLIPS), "lengths": np.array([4, 4, 4])},
}


def check(read: SourceFeatures) -> None:
    assert sorted(read.clips) == sorted(CLIPS)
    rows = [read.features[read.clips.index(clip)] for clip in CLIPS]
    assert np.stack(rows).tobytes() == MEANS.tobytes()


@pytest.mark.parametrize("form", BY_CLIP)
def test_an_array_a_clip_is_read_by_its_key(form: str, tmp_path: Path) -> None:
    reader, name, write = BY_CLIP[form]
    write(tmp_path / name)
    read = read_all(reader, tmp_path / name)
    assert list(read) == ["x"]
    check(read["x"])
    assert read["x"].sha256 == reader.sha256(Source("x", tmp_path / name, reader), Request(bool, DataConfig()))


@pytest.mark.parametrize("form", BY_LIST)
def test_rows_are_read_by_the_list_of_clips(form: str, tmp_path: Path) -> None:
    save_npz(tmp_path / "x_static_features.npz", **BY_LIST[form])
    check(read_all(NpzArchive(), tmp_path / "x_static_features.npz")["x"])


def test_lists_are_read_from_every_format(tmp_path: Path) -> None:
    torch.save({"features": torch.from_numpy(MEANS), "names": CLIPS}, tmp_path / "x.pt")
    check(read_all(TorchArchive(), tmp_path / "x.pt")["x"])
    hdf5({"X": MEANS, "filenames": CLIPS})(tmp_path / "x.h5")
    check(read_all(Hdf5Archive(), tmp_path / "x.h5")["x"])
    hdf5({"X": padded(0.0), "filenames": CLIPS})(tmp_path / "y.h5")
    check(read_all(Hdf5Archive(), tmp_path / "y.h5")["y"])


def test_several_encoders_of_a_file_have_its_name_and_their_key(tmp_path: Path) -> None:
    hdf5({f"{name}/{clip}": FRAMES[clip] for clip in CLIPS for name in ("hubert", "clip")})(tmp_path / "all.h5")
    read = read_all(Hdf5Archive(), tmp_path / "all.h5")
    assert list(read) == ["all.clip", "all.hubert"]
    check(read["all.hubert"])


def test_dictionaries_of_mmsa_are_encoders_of_all_splits(tmp_path: Path) -> None:
    """Arrays [N, T, D] with their lengths, a list `id`, labels and tokens, below each split."""
    arrays: dict[str, Any] = {}
    for split, rows in (("train", slice(0, 2)), ("test", slice(2, 3))):
        frames, n = padded(7.0)[rows], len(CLIPS[rows])
        arrays |= {f"{split}/id": np.array(CLIPS[rows]), f"{split}/raw_text": np.array(["a", "b"][:n])}
        for key in ("vision", "audio"):
            arrays |= {f"{split}/{key}": frames, f"{split}/{key}_lengths": np.full(n, 4)}
        arrays |= {f"{split}/regression_labels": np.ones(n), f"{split}/text_bert": np.ones((n, 3, 5))}
    save_npz(tmp_path / "mosi.npz", **arrays)
    read = read_all(NpzArchive(), tmp_path / "mosi.npz")
    assert list(read) == ["mosi.vision", "mosi.audio"]
    check(read["mosi.vision"])
    assert "3 frames of padding left out, one a clip" in read["mosi.vision"].notes
    assert any("regression_labels" in note for note in read["mosi.vision"].notes)


def test_arrays_of_no_known_clip_are_noted(tmp_path: Path) -> None:
    save_npz(tmp_path / "x.npz", **FRAMES, A9_sad_int1_ver1=np.ones(7), labels=np.ones(3))
    read = read_all(NpzArchive(), tmp_path / "x.npz")["x"]
    check(read)
    assert "A9_sad_int1_ver1, labels" in read.notes[0]
    reader = NpzArchive()
    assert reader.clips_of(Source("x", tmp_path / "x.npz", reader)) == [*CLIPS, "A9_sad_int1_ver1"]


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"X": np.ones((1, 3))}, "must hold an array .*got X .1, 3. of float64"),
        ({"X": np.ones(3), "filenames": np.array(CLIPS)}, "must hold an array"),
        ({"X": np.ones((1, 3)), "filenames": np.array([1])}, "must hold an array"),
        ({"X": np.ones((2, 3)), "filenames": np.array(["A"])}, "must hold an array .* filenames .1. of text"),
        ({"X": np.ones((2, 3)), "filenames": np.array([CLIPS[0], f"{CLIPS[0]}.mov"])}, "must be there once"),
        ({"X": np.ones((1, 3)), "a": np.array(CLIPS[:1]), "b": np.array(CLIPS[1:2])}, "one list must name the clips"),
        ({CLIPS[0]: np.ones((2, 3, 4))}, "must have the shape"),
        ({CLIPS[0]: np.ones(2, dtype=complex)}, "must hold an array"),
        ({}, "got nothing"),
    ],
)
def test_archives_without_the_right_arrays_are_refused(members: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=message) as caught:
        features_of(npz(**members), tmp_path)
    assert caught.value.fix


def test_objects_are_refused_with_the_lines_that_convert_them_and_not_executed(tmp_path: Path) -> None:
    for names in ([Hostile(tmp_path / "run")], ["A1_ang_int1_ver1", 3.0], [np.ones(2), np.ones(3)]):
        objects = np.empty(len(names), dtype=object)
        objects[:] = names
        with pytest.raises(DataError, match="numbers or text, and not objects") as caught:
            features_of(npz(X=np.ones((len(names), 3)), filenames=objects), tmp_path)
        assert "np.savez" in caught.value.fix
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("member", ["../X.npy", "/etc/X.npy", "..\\X.npy", "C:X.npy", "X.npy"])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_unsafe_members_are_refused(member: str, tmp_path: Path) -> None:
    file = io.BytesIO(npz(X=np.ones((1, 3)), filenames=np.array(["A"])))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(member, npy(np.ones((1, 3))))
    with pytest.raises(DataError, match="members"):
        features_of(file.getvalue(), tmp_path)


def test_damaged_and_foreign_files_end_in_data_errors(tmp_path: Path) -> None:
    for content in (*damaged(npz(X=np.ones((3, 2)), filenames=np.array(CLIPS))), npy(np.ones(3)), bytes(99)):
        with pytest.raises(DataError, match=r"hubert\.npz"):
            features_of(content, tmp_path)


@pytest.mark.parametrize("form", ["pt", "safetensors", "hdf5"])
def test_damaged_files_of_every_format_end_in_data_errors(form: str, tmp_path: Path) -> None:
    reader, name, write = BY_CLIP[form]
    write(tmp_path / "whole")
    for content in (*damaged((tmp_path / "whole").read_bytes()), b"<html>", npy(np.ones(3))):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(DataError, match=rf"x\.{form.removesuffix('df5')}"):
            read_all(reader, tmp_path / name)


def test_a_file_that_was_replaced_is_read_anew(tmp_path: Path) -> None:
    for value in (1.0, 2.0):
        save_npz(tmp_path / "x.npz", **{clip: np.full(2, value) for clip in CLIPS})
        assert (read_all(NpzArchive(), tmp_path / "x.npz")["x"].features == value).all()


def test_archives_in_folders_are_recognised_by_name_or_clips(tmp_path: Path) -> None:
    save_npz(tmp_path / "right.npz", X=MEANS, filenames=np.array(CLIPS))
    save_npz(tmp_path / "clips.npz", **FRAMES)
    save_npz(tmp_path / "weights.npz", w=np.ones(3))
    (tmp_path / "x_static_features.npz").write_bytes(b"damaged")
    (tmp_path / "damaged.npz").write_bytes(b"damaged")

    def names(stem: str) -> list[str]:
        return NpzArchive().encoders_at(Candidate(tmp_path / f"{stem}.npz", CLIPS.__contains__, is_given=False))

    stems = ("right", "clips", "weights", "x_static_features", "damaged")
    assert [names(stem) for stem in stems] == [["right"], ["clips"], [], ["x"], []]


def test_weights_of_a_model_are_refused(tmp_path: Path) -> None:
    torch.save(torch.nn.Linear(2, 2).state_dict(), tmp_path / "x.pt")
    save_file({"encoder.layer.0.weight": torch.ones(2)}, tmp_path / "x.safetensors")
    for reader in (TorchArchive(), SafetensorsArchive()):
        with pytest.raises(DataError, match="a model's weights"):
            read_all(reader, tmp_path / f"x{reader.suffixes[0]}")


def test_the_reason_for_which_a_file_is_not_read_is_what_it_is(tmp_path: Path) -> None:
    torch.save(torch.nn.Linear(2, 2).state_dict(), tmp_path / "x.pt")
    assert (
        TorchArchive().reason(tmp_path / "x.pt") == "it must hold features, got a model's weights, such as weight, bias"
    )
    (tmp_path / "x.npz").write_bytes(b"<html>")
    assert NpzArchive().reason(tmp_path / "x.npz").endswith("for each clip, got an HTML page")
    assert NpzArchive().reason(tmp_path / "x.npz").startswith("it is not an .npz archive")


def test_an_index_is_left_to_its_own_reader(tmp_path: Path) -> None:
    clips = clips_from_names(CLIPS)
    encoder = EncoderFeatures("x", MEANS, np.ones(3, dtype=bool), "audio", "x.npz", "mean", "abc")
    write_index(tmp_path / "index.h5", clips, [encoder])
    assert Hdf5Archive().encoders_at(Candidate(tmp_path / "index.h5", CLIPS.__contains__, is_given=True)) == []
