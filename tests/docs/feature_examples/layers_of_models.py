"""Examples of the layers of one model, as encoders or as their mean."""

from pathlib import Path

import numpy as np
from tests.docs.feature_examples.example import CLIPS, Example, below

from blemore_cli.core.types import Floats

N_LAYERS = 13


def layers(n_frames: int = 4) -> dict[str, Floats]:
    """Features [L, T, D] of each clip."""
    random = np.random.default_rng(N_LAYERS)
    return {clip: random.normal(size=(N_LAYERS, n_frames, 3)).astype(np.float32) for clip in CLIPS}


def write_files(folder: Path) -> None:
    for clip, array in layers().items():
        np.save(below(folder, f"wavlm/{clip}.npy"), array)


def write_pooled(folder: Path) -> None:
    for clip, array in layers().items():
        np.save(below(folder, f"wavlm/{clip}.npy"), array.mean(axis=1))


def write_folders(folder: Path) -> None:
    for clip, array in layers().items():
        for layer in (5, 6):
            np.save(below(folder, f"wavlm/layer_{layer:02d}/{clip}.npy"), array[layer])


EXAMPLES = {
    "`wavlm/CLIP.npy`, [L, T, D], with `--layers 6-12`": Example(
        write_files,
        {f"wavlm.{layer:02d}": 21 for layer in range(6, 13)},
        settings=(("layers", "6-12"),),
        notes=("13 layers, of which 6-12 are read",),
    ),
    "`wavlm/CLIP.npy`, [L, T, D], with `--layers mean:6-12`": Example(
        write_files, {"wavlm": 21}, settings=(("layers", "mean:6-12"),)
    ),
    "`wavlm/layer_06/CLIP.npy`": Example(write_folders, {"wavlm.05": 21, "wavlm.06": 21}),
    "`wavlm/CLIP.npy`, [L, D], with `--layers all`": Example(
        write_pooled, {f"wavlm.{layer:02d}": 3 for layer in range(13)}, settings=(("layers", "all"),)
    ),
}
