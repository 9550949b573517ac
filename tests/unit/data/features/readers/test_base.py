from pathlib import Path

import numpy as np
import pytest
import torch

from blemore_cli.core.errors import DataError
from blemore_cli.data.features.frames import NO_RULES, frames_that_count
from blemore_cli.data.features.readers import BUILT_IN
from blemore_cli.data.features.readers.array_file import PtFile
from blemore_cli.data.features.readers.base import (
    READERS,
    ClipFileReader,
    clip_file_readers,
    register_reader,
    source_readers,
)
from blemore_cli.data.features.readers.frame_csv import FrameCsv
from blemore_cli.data.features.readers.index_file import IndexFile
from blemore_cli.data.features.readers.npy import NpyFile
from blemore_cli.data.features.records import ClipFeatures


class Words(ClipFileReader):
    """Numbers between blanks."""

    name = "words"
    suffixes = (".npy.txt", ".txt")
    requirement = "a line of numbers"
    fix = "Write numbers."

    def parse(self, content: bytes, path: Path) -> ClipFeatures:
        del path
        return ClipFeatures(np.array([float(word) for word in content.split()]))


class Last(IndexFile):
    """A reader of another name."""

    name = "last"


def test_the_formats_of_one_clip_agree(tmp_path: Path) -> None:
    frames = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)
    np.save(tmp_path / "A.npy", frames)
    torch.save(torch.from_numpy(frames), tmp_path / "A.pt")
    rows = [",".join(["1", *map(repr, row.tolist())]) for row in frames]
    (tmp_path / "A.CSV").write_text("\n".join(["frame,a,b,c", *rows]))
    files = {"A.npy": NpyFile(), "A.pt": PtFile(), "A.CSV": FrameCsv()}
    clips = [frames_that_count(reader.read(tmp_path / name), NO_RULES) for name, reader in files.items()]
    assert [clip.features.tobytes() for clip in clips] == [frames.tobytes()] * 3
    assert len({clip.sha256 for clip in clips}) == 3
    assert clips[2].left_out == ("frame",)


def test_every_reader_is_registered_under_its_name() -> None:
    assert [*READERS][: len(BUILT_IN)] == [reader.name for reader in BUILT_IN]


def test_suffixes_are_told_apart_by_case_and_length() -> None:
    names = ("A.txt", "A.NPY.TXT", "A.npy")
    assert [Words().matches(Path(name)) for name in names] == [True, True, False]
    assert [Words().stem(Path(name)) for name in names[:2]] == ["A", "A"]


def test_base_class_checks_what_a_clip_file_parser_returns() -> None:
    with pytest.raises(DataError, match=r"A\.txt must be a line of numbers: could not convert") as caught:
        Words().features_of(b"1 two", Path("A.txt"))
    assert caught.value.fix == "Write numbers."


@pytest.mark.usefixtures("registry")
def test_the_last_reader_comes_first() -> None:
    assert register_reader(Words) is Words
    register_reader(Last)
    assert [reader.name for reader in clip_file_readers()][:3] == ["words", "frame_csv", "hdf5"]
    assert source_readers()[0].name == "last"
