"""Examples of the layouts that the organisers' scripts write: archives, folders of clips, tables, an index."""

from pathlib import Path

import numpy as np
import pandas as pd
import torch
from tests.docs.feature_examples.example import CLIPS, Example, below, frames, rows

from blemore_cli.core.types import EncoderFeatures
from blemore_cli.data.index.file import write_index
from blemore_cli.data.metadata.clips import clips_from_names


def write_archive(folder: Path) -> None:
    np.savez(folder / "hubert_static_features.npz", X=rows(), filenames=np.array(CLIPS))


def write_frames(folder: Path) -> None:
    for clip, array in frames().items():
        np.save(below(folder, f"wavlm/{clip}.npy"), array)


def write_named(folder: Path) -> None:
    write_pooled(folder)
    (folder / "wavlm").rename(folder / "egemaps")
    (folder / "egemaps" / ".columns.json").write_text('["Loudness_sma3", "alphaRatio_sma3", "F1frequency_sma3nz"]')


def write_pooled(folder: Path) -> None:
    for clip, array in frames().items():
        np.save(below(folder, f"wavlm/{clip}.npy"), array[0])


def write_tensors(folder: Path) -> None:
    for clip, array in frames().items():
        torch.save(torch.from_numpy(array), below(folder, f"clip/{clip}.pt"))


def write_frame_csv(folder: Path) -> None:
    for clip, array in frames().items():
        table = pd.DataFrame(array, columns=["AU01_r", "AU02_r", "AU04_r"])
        table.insert(0, "frame", range(len(table)))
        table.insert(1, "success", 1)
        table.to_csv(below(folder, f"openface/{clip}.csv"), index=False)


def feature_table() -> pd.DataFrame:
    return pd.DataFrame(rows(), columns=["F0", "loudness", "jitter"]).assign(filename=CLIPS)


def write_index_file(folder: Path) -> None:
    present = np.ones(len(CLIPS), dtype=bool)
    encoder = EncoderFeatures("face", rows(), present, "video", "face.npz", "static", "0" * 64)
    write_index(folder / "other.h5", clips_from_names(CLIPS), [encoder])


EXAMPLES = {
    "`hubert_static_features.npz` with `X` [N, D] and `filenames` [N]": Example(write_archive, {"hubert": 3}),
    "`wavlm/CLIP.npy`, [T, D]": Example(write_frames, {"wavlm": 21}),
    "`egemaps/CLIP.npy` with `egemaps/.columns.json`, a list of D names": Example(write_named, {"egemaps": 3}),
    "`wavlm/CLIP.npy`, [D]": Example(write_pooled, {"wavlm": 3}),
    "`clip/CLIP.pt`, [T, D] or [D]": Example(write_tensors, {"clip": 21}),
    "`openface/CLIP.csv`, a row a frame": Example(write_frame_csv, {"openface": 21}, notes=("left out columns",)),
    "`egemaps.csv`, a row a clip and a column `filename`": Example(
        lambda folder: feature_table().to_csv(folder / "egemaps.csv", index=False), {"egemaps": 3}
    ),
    "`egemaps.parquet`, a row a clip and a column `filename`": Example(
        lambda folder: feature_table().to_parquet(folder / "egemaps.parquet"), {"egemaps": 3}
    ),
    "`other.h5`, named itself in `data.features`": Example(write_index_file, {"face": 3}, path="other.h5"),
}
