"""Examples of frames: axes of length one, number types, trackers of faces, and columns that are no evidence."""

from pathlib import Path

import numpy as np
import pandas as pd
from tests.docs.feature_examples.example import CLIPS, Example, below, frames, rows

AU = ["AU01_r", "AU02_r", "AU04_r"]


def write_single_axes(folder: Path) -> None:
    for row, (clip, array) in enumerate(frames().items()):
        np.save(below(folder, f"videomae/{clip}.npy"), array[:, None] if row % 2 else array[None])


def write_batches_of_one(folder: Path) -> None:
    for clip, array in frames().items():
        np.save(below(folder, f"imagebind/{clip}.npy"), array[:1])


def write_half_precision(folder: Path) -> None:
    for clip, array in frames().items():
        np.save(below(folder, f"wavlm/{clip}.npy"), array.astype(np.float16))


def write_nan_frames(folder: Path) -> None:
    for row, (clip, array) in enumerate(frames().items()):
        array[1] = np.nan
        for missing, encoder in enumerate(("face", "marlin")):
            np.save(below(folder, f"{encoder}/{clip}.npy"), array[:0] if row == missing else array)


def openface(clip: str) -> pd.DataFrame:
    array = frames()[clip]
    tracked = pd.DataFrame({"frame": range(1, len(array) + 1), " face_id": 0, " confidence": 0.9, " success": 1})
    return pd.concat([tracked, pd.DataFrame(array, columns=[f" {name}" for name in AU])], axis=1)


def write_openface(folder: Path) -> None:
    for clip in CLIPS:
        table = openface(clip)
        table.loc[3, [" success", *(f" {name}" for name in AU)]] = 0
        table.to_csv(below(folder, f"openface/{clip}.csv"), index=False)


def write_two_faces(folder: Path) -> None:
    for clip in CLIPS:
        other = openface(clip)[:2].assign(**{" face_id": 1, " AU01_r": 99.0})
        pd.concat([openface(clip), other]).to_csv(below(folder, f"openface/{clip}.csv"), index=False)


def write_openface_3(folder: Path) -> None:
    for clip, array in frames().items():
        cells = {"action_units": [str(row.tolist()) for row in array], "emotion_index": [0, 3, 7, 3, np.nan]}
        cells |= {"gaze_yaw": array[:, 0].tolist(), "gaze_pitch": array[:, 1].tolist()}
        pd.DataFrame(cells).to_csv(below(folder, f"openface3/{clip}.csv"))


def write_py_feat(folder: Path) -> None:
    for clip, array in frames().items():
        table = pd.DataFrame(array, columns=["FaceScore", "AU01", "anger"]).assign(input=f"{clip}.mp4", frame=range(5))
        table.assign(approx_time="00:00").to_csv(below(folder, f"pyfeat/{clip}.csv"), index=False)


def write_labels(folder: Path) -> None:
    table = pd.DataFrame(rows(), columns=["F0", "loudness", "duration"]).assign(filename=CLIPS, speaker_id=7, age=30)
    table.to_csv(folder / "egemaps.csv", index=False)


CHOICE = {"egemaps": {"keep": ["duration"], "leave_out": ["F0*"]}}

EXAMPLES = {
    "`videomae/CLIP.npy`, [T, 1, D] or [1, T, D]": Example(
        write_single_axes, {"videomae": 21}, notes=("10 axes of length one dropped",)
    ),
    "`imagebind/CLIP.npy`, [1, D] of all clips": Example(
        write_batches_of_one, {"imagebind": 3}, notes=("10 arrays [1, D] are read as the one row",)
    ),
    "`wavlm/CLIP.npy` of float16, bfloat16, whole numbers or masks": Example(write_half_precision, {"wavlm": 21}),
    "`marlin/CLIP.npy` with frames of NaN, or [0, D]": Example(
        write_nan_frames,
        {"face": 21, "marlin": 21},
        missing=(CLIPS[0],),
        notes=("9 frames with NaN left out", "1 clips have no frame left"),
    ),
    "`openface/CLIP.csv` with `success` and `confidence`": Example(
        write_openface, {"openface": 21}, notes=("10 frames with success 0 left out",)
    ),
    "`openface/CLIP.csv` with several values of `face_id`": Example(
        write_two_faces,
        {"openface": 21},
        settings=(("face", "most_frames"),),
        notes=("20 frames of other faces left out",),
    ),
    "`openface3/CLIP.csv` with lists of action units and `emotion_index`": Example(
        write_openface_3, {"openface3": 7 * (3 + 8 + 2)}, notes=("10 frames with NaN left out",)
    ),
    "`pyfeat/CLIP.csv` with columns of text": Example(
        write_py_feat, {"pyfeat": 21}, notes=("left out columns input, approx_time, frame",)
    ),
    "`egemaps.csv` with `speaker_id`, `age`, `duration`": Example(
        write_labels, {"egemaps": 2}, notes=("left out columns duration, speaker_id, age",)
    ),
    "the same, with `data.columns`": Example(
        write_labels,
        {"egemaps": 2},
        settings=(("columns", CHOICE),),
        notes=("left out columns F0, speaker_id, age",),
    ),
}
