"""Feature files of the example in the layouts that participants have."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from blemore_cli.core.types import Ints, Strings
from blemore_cli.data.example.planting import PlantedEncoder

FEWEST_FRAMES: Final = 16
MOST_FRAMES: Final = 32
CSV_FRAMES: Final = 12
FRAME_SD: Final = 1.0
FRAMES_PER_SECOND: Final = 25
AU_NUMBERS: Final = (1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 17, 20, 23, 25, 26, 45)
"""The facial action units whose intensity OpenFace reports."""

Matrix = NDArray[np.float32]


def write_encoder(
    folder: Path, encoder: PlantedEncoder, filename: Strings, features: Matrix, generator: np.random.Generator
) -> None:
    """Writes the features (N, D) of the N clips that an encoder has, in its layout, into the folder of the encoders."""
    match encoder.layout:
        case "static npz":
            np.savez(folder / f"{encoder.name}_static_features.npz", X=features, filenames=filename)
        case "table csv":
            _write_table(folder / f"{encoder.name}.csv", filename, features)
        case "clip npy":
            _write_arrays(folder / encoder.name, filename, features)
        case "frame npy":
            n_frames = generator.integers(FEWEST_FRAMES, MOST_FRAMES, len(features), endpoint=True)
            _write_arrays(folder / encoder.name, filename, frames_around(features, n_frames, generator))
        case "frame csv":
            n_frames = np.full(len(features), CSV_FRAMES)
            _write_openface(folder / encoder.name, filename, frames_around(features, n_frames, generator))


def frames_around(features: Matrix, n_frames: Ints, generator: np.random.Generator) -> list[Matrix]:
    """Frames (T, D) around the features (N, D) of each clip, which remain the mean over time up to rounding."""
    ends = np.cumsum(n_frames)
    noise = FRAME_SD * generator.standard_normal((ends[-1], features.shape[1]), dtype=np.float32)
    parts = np.split(noise, ends[:-1])
    return [row + part - part.mean(axis=0) for row, part in zip(features, parts, strict=True)]


def _write_table(path: Path, filename: Strings, features: Matrix) -> None:
    columns = [f"{path.stem}_{column:02d}" for column in range(features.shape[1])]
    table = pd.DataFrame(features, columns=columns)
    table.insert(0, "filename", filename)
    table.to_csv(path, index=False, float_format="%.4f", lineterminator="\n")


def _write_arrays(folder: Path, filename: Strings, arrays: Iterable[Matrix]) -> None:
    folder.mkdir()
    for name, array in zip(filename, arrays, strict=True):
        np.save(folder / f"{name}.npy", array)


def _write_openface(folder: Path, filename: Strings, clips: Iterable[Matrix]) -> None:
    """The style of OpenFace: bookkeeping columns first, a space after each comma."""
    folder.mkdir()
    names = ["frame", "face_id", "timestamp", "confidence", "success", *(f"AU{unit:02d}_r" for unit in AU_NUMBERS)]
    for name, frames in zip(filename, clips, strict=True):
        rows = [
            [f"{frame + 1}, 0, {frame / FRAMES_PER_SECOND:.3f}, 0.98, 1", *map("{:.3f}".format, values)]
            for frame, values in enumerate(frames.tolist())
        ]
        text = "\n".join(map(", ".join, [names, *rows]))
        (folder / f"{name}.csv").write_text(text + "\n", encoding="utf-8", newline="\n")
