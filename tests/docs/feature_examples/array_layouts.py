"""Examples of arrays in files with several of them: archives of all clips, and formats of one clip."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import torch
from safetensors.torch import save_file
from tests.docs.feature_examples.example import CLIPS, Example, below, frames, rows
from tests.fixtures.feature_files import save_npz


def write_hdf5(path: Path, arrays: dict[str, Any]) -> None:
    with h5py.File(path, "w") as file:
        for name, array in arrays.items():
            file[name] = array


def tensors() -> dict[str, torch.Tensor]:
    return {clip: torch.from_numpy(array) for clip, array in frames().items()}


def padded() -> dict[str, Any]:
    """Frames [N, T, D] of two modalities with their lengths, below each split, as MMSA's."""
    arrays: dict[str, Any] = {}
    for split, clips in (("train", CLIPS[:8]), ("test", CLIPS[8:])):
        block = np.pad(np.stack([frames()[clip] for clip in clips]), ((0, 0), (0, 2), (0, 0)))
        arrays |= {f"{split}/id": np.array(clips), f"{split}/labels": np.ones(len(clips))}
        for key in ("vision", "audio"):
            arrays |= {f"{split}/{key}": block, f"{split}/{key}_lengths": np.full(len(clips), 5)}
    return arrays


def in_folder(suffix: str, write: Callable[[Path, np.ndarray], object]) -> Callable[[Path], None]:
    def write_all(folder: Path) -> None:
        for clip, array in frames().items():
            write(below(folder, f"emb/{clip}.{suffix}"), array)

    return write_all


EXAMPLES = {
    "`emb.npz` with `embeddings` [N, D] and `ids` [N]": Example(
        lambda folder: save_npz(folder / "emb.npz", embeddings=rows(), ids=np.array(CLIPS, dtype=object)), {"emb": 3}
    ),
    "`emb.npz` with `X` [N, T, D] and `filenames` [N]": Example(
        lambda folder: save_npz(
            folder / "emb.npz",
            X=np.pad(np.stack([*frames().values()]), ((0, 0), (0, 2), (0, 0))),
            filenames=np.array([f"{clip}.mov.npy" for clip in CLIPS]),
        ),
        {"emb": 21},
        notes=("frames of padding left out",),
    ),
    "`emb.npz` with `CLIP` [T, D] or [D]": Example(
        lambda folder: save_npz(folder / "emb.npz", **frames()), {"emb": 21}
    ),
    "`emb.pt` with `{CLIP: tensor}`": Example(lambda folder: torch.save(tensors(), folder / "emb.pt"), {"emb": 21}),
    "`emb.safetensors` with a tensor `CLIP`": Example(
        lambda folder: save_file(tensors(), folder / "emb.safetensors"), {"emb": 21}
    ),
    "`emb.h5` with a dataset `CLIP`": Example(lambda folder: write_hdf5(folder / "emb.h5", frames()), {"emb": 21}),
    "`emb.h5` with `CLIP/features`": Example(
        lambda folder: write_hdf5(folder / "emb.h5", {f"{clip}/features": array for clip, array in frames().items()}),
        {"emb": 21},
    ),
    "`all.h5` with `hubert/CLIP` and `clip/CLIP`": Example(
        lambda folder: write_hdf5(
            folder / "all.h5", {f"{key}/{clip}": x for clip, x in frames().items() for key in ("hubert", "clip")}
        ),
        {"all.hubert": 21, "all.clip": 21},
    ),
    "`mosi.npz` with `train/id`, `train/vision`, `train/vision_lengths` ...": Example(
        lambda folder: save_npz(folder / "mosi.npz", **padded()),
        {"mosi.vision": 21, "mosi.audio": 21},
        notes=("frames of padding left out", "left out arrays train/labels"),
    ),
    "`emb/CLIP.npz` of one array": Example(in_folder("npz", lambda path, x: save_npz(path, feats=x)), {"emb": 21}),
    "`emb/CLIP.pt` of a dictionary or a list": Example(
        in_folder("pt", lambda path, x: torch.save({"features": torch.from_numpy(x), "fps": 25.0}, path)), {"emb": 21}
    ),
    "`emb/CLIP.safetensors` of one tensor": Example(
        in_folder("safetensors", lambda path, x: save_file({"e": torch.from_numpy(x)}, path)), {"emb": 21}
    ),
    "`emb/CLIP.h5` of one dataset": Example(
        in_folder("h5", lambda path, x: write_hdf5(path, {"features": x})), {"emb": 21}
    ),
}
