from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from blemore_cli.core.errors import ArtefactError
from blemore_cli.core.types import EncoderFeatures
from blemore_cli.data.index.file import read_index, write_index
from blemore_cli.data.metadata.clips import clips_from_names

CLIPS = clips_from_names(["A1_ang_int1_ver1", "A2_hap_int1_ver1", "test_0001"])


def replaced(file: h5py.File, name: str, data: object) -> None:
    del file[name]
    file[name] = data


def linked(file: h5py.File, name: str, link: object) -> None:
    del file[name]
    file[name] = link


def stored_elsewhere(file: h5py.File) -> None:
    del file["encoders/clip/features"]
    external = [("/etc/hostname", 0, h5py.h5f.UNLIMITED)]
    file.create_dataset("encoders/clip/features", shape=(3, 2), dtype="f4", external=external)


def virtual(file: h5py.File) -> None:
    del file["encoders/clip/features"]
    layout = h5py.VirtualLayout(shape=(3, 2), dtype="f4")
    layout[:] = h5py.VirtualSource("other.h5", "x", shape=(3, 2))
    file.create_virtual_dataset("encoders/clip/features", layout)


def never_filled(file: h5py.File) -> None:
    del file["encoders/clip/features"]
    file.create_dataset("encoders/clip/features", shape=(3, 10**9), dtype="f4")


BROKEN: dict[str, tuple[str, Callable[[h5py.File], Any]]] = {
    "format": ("format", lambda f: f.attrs.__setitem__("format", "other")),
    "no format": ("format", lambda f: f.attrs.__delitem__("format")),
    "version": ("version is 1, and this program reads 2", lambda f: f.attrs.__setitem__("version", 1)),
    "incomplete": ("incomplete", lambda f: f.attrs.__delitem__("complete")),
    "no clips": ("/clips is missing", lambda f: f.__delitem__("clips")),
    "no encoders": ("no encoders", lambda f: f.__delitem__("encoders/clip")),
    "clips are a dataset": ("not a group", lambda f: replaced(f, "clips", [1])),
    "duplicates": ("not unique", lambda f: replaced(f, "clips/filename", ["A", "A", "B"])),
    "names are numbers": ("column of strings", lambda f: replaced(f, "clips/filename", [1, 2, 3])),
    "lengths": ("differ in length", lambda f: replaced(f, "clips/actor", ["A", "B"])),
    "split": ("split", lambda f: replaced(f, "clips/split", ["train", "train", "dev"])),
    "fold of a test clip": ("fold", lambda f: replaced(f, "clips/fold", [0, 1, 0])),
    "fold type": ("fold", lambda f: replaced(f, "clips/fold", [0.0, 1.0, -1.0])),
    "label": ("36 permitted", lambda f: replaced(f, "clips/label", np.full((3, 6), 1 / 6))),
    "partly NaN label": ("36 permitted", lambda f: replaced(f, "clips/label", np.diag([np.nan] * 6)[:3])),
    "no label": ("no label", lambda f: replaced(f, "clips/label", np.full((3, 6), np.nan))),
    "label shape": ("label", lambda f: replaced(f, "clips/label", np.ones((3, 5)))),
    "features shape": ("not \\[3, D\\]", lambda f: replaced(f, "encoders/clip/features", np.ones((2, 2), np.float32))),
    "features type": ("float32", lambda f: replaced(f, "encoders/clip/features", np.ones((3, 2)))),
    "no features": ("features is missing", lambda f: f.__delitem__("encoders/clip/features")),
    "present": ("present", lambda f: replaced(f, "encoders/clip/present", [1, 1, 1])),
    "no sha256": ("lacks sha256", lambda f: f["encoders/clip"].attrs.__delitem__("sha256")),
    "modality": ("modality", lambda f: f["encoders/clip"].attrs.__setitem__("modality", "smell")),
    "encoder name": ("named", lambda f: f.move("encoders/clip", "encoders/a b")),
    "columns": ("3 names of columns for a width of 2", lambda f: replaced(f, "encoders/clip/columns", ["a", "b", "c"])),
    "columns are numbers": ("column of strings", lambda f: replaced(f, "encoders/clip/columns", [1, 2])),
    "external link": ("link", lambda f: linked(f, "encoders/clip", h5py.ExternalLink("other.h5", "/"))),
    "soft link": ("link", lambda f: linked(f, "clips", h5py.SoftLink("/encoders"))),
    "stored elsewhere": ("another file", stored_elsewhere),
    "virtual": ("another file", virtual),
    "never filled": ("never filled", never_filled),
    "another actor": ("group of clips had another checksum", lambda f: replaced(f, "clips/actor", ["A1", "A3", ""])),
    "another checksum of metadata": ("clips had", lambda f: f["clips"].attrs.__setitem__("train_metadata_sha256", "1")),
    "clip hidden": ("encoder clip had", lambda f: f["encoders/clip/present"].__setitem__(1, False)),
    "another name of a column": ("encoder clip had", lambda f: replaced(f, "encoders/clip/columns", ["a", "c"])),
    "another aggregate": ("encoder clip had", lambda f: f["encoders/clip"].attrs.__setitem__("aggregate", "stats6")),
    "another encoder name": ("encoder clap had", lambda f: f.move("encoders/clip", "encoders/clap")),
    "encoder lost": ("list of its groups had", lambda f: f.__delitem__("encoders/face")),
}


@pytest.mark.parametrize("name", BROKEN)
def test_each_broken_rule_is_named(tmp_path: Path, name: str) -> None:
    path = tmp_path / "index.h5"
    features = np.ones((3, 2), dtype=np.float32)
    clip = EncoderFeatures("clip", features, np.ones(3, bool), "video", "clip", "static", "0", ("a", "b"))
    others = [replace(clip, name="face")] if name == "encoder lost" else []
    write_index(path, CLIPS, [clip, *others], metadata={"train": "0"})
    message, break_it = BROKEN[name]
    read_index(path)
    with h5py.File(path, "r+") as file:
        break_it(file)
    with pytest.raises(ArtefactError, match=message) as caught:
        read_index(path)
    assert str(path) in caught.value.message
    assert "blemore index" in caught.value.fix
