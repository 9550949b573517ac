from pathlib import Path

import numpy as np
import pytest
import torch

from blemore_cli.core.errors import DataError
from blemore_cli.data.features.clip_file import clip_of, read_clip_file


def test_the_formats_of_one_clip_agree(tmp_path: Path) -> None:
    frames = np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32)
    np.save(tmp_path / "A.npy", frames)
    torch.save(torch.from_numpy(frames), tmp_path / "A.pt")
    rows = [",".join(["1", *map(repr, row.tolist())]) for row in frames]
    (tmp_path / "A.CSV").write_text("\n".join(["frame,a,b,c", *rows]))
    read = [read_clip_file(tmp_path / name) for name in ("A.npy", "A.pt", "A.CSV")]
    assert [file.values.tobytes() for file in read] == [frames.tobytes()] * 3
    assert len({file.sha256 for file in read}) == 3
    assert read[2].left_out == ("frame",)


def test_other_suffixes_are_refused(tmp_path: Path) -> None:
    (tmp_path / "A.pkl").write_bytes(b"\x80\x04N.")
    with pytest.raises(DataError, match=r"one of \.npy \.pt \.csv, got '\.pkl'"):
        read_clip_file(tmp_path / "A.pkl")


def test_clip_of_drops_both_suffixes() -> None:
    assert [clip_of(Path(name)) for name in ("A.npy", "x/A.MOV.npy", "A.wav.csv")] == ["A", "A", "A"]
