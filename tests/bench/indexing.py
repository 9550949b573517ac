"""Indexing of a pack of features as large as the organisers', against reading its files and their statistics alone."""

import io
import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from blemore_cli.core.config.schema import DataConfig
from blemore_cli.core.types import Floats
from blemore_cli.data.build import build_index
from blemore_cli.data.features.aggregate import stats7
from blemore_cli.data.staleness import staleness

N_CLIPS, N_FRAMES = 3050, 100
WIDTHS = {"ImageBind": 1024, "VideoMAEv2": 1408, "WavLM_large": 1024, "HuBERT_large": 1024, "HiCMAE": 512}
N_ACTION_UNITS = 20

Measured = tuple[str, float, float]
"""What was measured, and the seconds of the plain side and of blemore."""


def races(n_clips: int, scale: Callable[[int], int]) -> Iterator[Measured]:
    """An index of a new pack, of the same pack again, and the check that it is fresh.

    Args:
        n_clips: Number of clips; the whole pack of 3,050 takes 6 GB in the folder of temporary files.
        scale: Gives the width of an encoder.
    """
    with tempfile.TemporaryDirectory() as name:
        data = write_pack(Path(name), n_clips, {encoder: scale(width) for encoder, width in WIDTHS.items()})
        paths = sorted(path for path in data.features[0].rglob("*") if path.is_file())
        what = f"{n_clips} clips x {len(WIDTHS) + 1} encoders, {len(paths)} files"
        plain, first = _seconds(lambda: _read_and_aggregate(paths)), _seconds(lambda: build_index(data))
        yield f"index of {what}, against reading them and stats7", plain, first
        yield f"index of {what} again, unchanged, against the first", first, _seconds(lambda: build_index(data))
        fresh = _seconds(lambda: staleness(data.index, data))
        yield f"check that the index of {what} is fresh, against its first build", first, fresh


def write_pack(folder: Path, n_clips: int, widths: dict[str, int]) -> DataConfig:
    """Writes a pack of arrays [T, D] and of OpenFace's CSV files, with metadata of five folds."""
    clips = [f"A{number % 50}_ang_int1_ver{number}" for number in range(n_clips)]
    rng = np.random.default_rng(0)
    for encoder, width in widths.items():
        (folder / "features" / encoder).mkdir(parents=True)
        pool = rng.normal(size=(N_FRAMES + n_clips, width)).astype(np.float32)
        for number, clip in enumerate(clips):
            scale = np.float32(1 + number / n_clips)  # no value is that of another clip
            np.save(folder / "features" / encoder / f"{clip}.npy", scale * pool[number : number + N_FRAMES])
    _write_openface(folder / "features/openface", clips, rng)
    rows = [f"{clip},{clip.split('_')[0]},0,ang,,,,{number % 5}\n" for number, clip in enumerate(clips)]
    header = "filename,video_id,mix,emotion_1,emotion_2,emotion_1_salience,emotion_2_salience,fold\n"
    (folder / "train.csv").write_text(header + "".join(rows), encoding="utf-8")
    return DataConfig(features=[folder / "features"], train_metadata=folder / "train.csv", index=folder / "index.h5")


def _write_openface(folder: Path, clips: list[str], rng: np.random.Generator) -> None:
    folder.mkdir()
    columns = [f"AU{number:02d}_r" for number in range(N_ACTION_UNITS)]
    for clip in clips:
        frame = pd.DataFrame(rng.normal(size=(N_FRAMES, N_ACTION_UNITS)).round(4), columns=columns)
        frame.insert(0, "success", 1)
        frame.to_csv(folder / f"{clip}.csv", index_label="frame")


def _read_and_aggregate(paths: list[Path]) -> None:
    with multiprocessing.get_context("spawn").Pool(len(os.sched_getaffinity(0))) as pool:
        for _ in pool.imap(_statistics, paths, chunksize=16):
            pass


def _statistics(path: Path) -> Floats:
    content = io.BytesIO(path.read_bytes())
    frames = np.load(content) if path.suffix == ".npy" else pd.read_csv(content).iloc[:, 2:].to_numpy(np.float32)
    return stats7(frames)


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
