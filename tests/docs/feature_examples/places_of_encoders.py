"""Examples of the places of encoders: the organisers' pack, halves and parts in several places, folders in folders."""

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from tests.docs.feature_examples.example import CLIPS, TEST, TRAIN, Example, below, frames, rows
from tests.fixtures.feature_pack import FOREIGN, write_pack

from blemore_cli.data.features.aggregate import stats7

PACK = {"HiCMAE": 28, "HuBERT_large": 28, "ImageBind": 4, "OpenFace_3": 84, "VideoMAEv2": 28, "WavLM_large": 28}


def write_whole_pack(folder: Path) -> None:
    write_pack(folder, TRAIN, TEST)


def folders(places: dict[str, Iterable[str]]) -> Callable[[Path], None]:
    """Writes the frames of some clips into each folder."""

    def write(folder: Path) -> None:
        arrays = frames()
        for place, clips in places.items():
            for clip in clips:
                np.save(below(folder, f"{place}/{clip}.npy"), arrays[clip])

    return write


def archives(places: dict[str, Iterable[str]]) -> Callable[[Path], None]:
    """Writes the rows of some clips into each archive."""

    def write(folder: Path) -> None:
        row_of = dict(zip(CLIPS, rows(), strict=True))
        for place, clips in places.items():
            names = [*clips]
            np.savez(below(folder, place), X=np.stack([row_of[clip] for clip in names]), filenames=np.array(names))

    return write


def write_statistics_and_frames(folder: Path) -> None:
    arrays = frames()
    statistics = np.stack([stats7(arrays[clip]) for clip in TRAIN])
    np.savez(folder / "hubert_train.npz", X=statistics, filenames=np.array(TRAIN))
    folders({"hubert_test": TEST})(folder)


def write_linked(folder: Path) -> None:
    folders({"../scratch/run3": CLIPS})(folder)
    (folder / "wavlm").symlink_to(folder.parent / "scratch/run3")


def of_actor(actor: str) -> list[str]:
    return [clip for clip in TRAIN if clip.startswith(f"{actor}_")]


EXAMPLES = {
    " and ".join(f"`pre_extracted_{split}_data/ImageBind_{split}/CLIP.npy`" for split in ("train", "test")): Example(
        write_whole_pack, PACK, passed_over=(FOREIGN,)
    ),
    "`hubert_train.npz` and `hubert_test.npz`": Example(
        archives({"hubert_train.npz": TRAIN, "hubert_test.npz": TEST}), {"hubert": 3}
    ),
    "`train/hubert.npz` and `test/hubert.npz`": Example(
        archives({"train/hubert.npz": TRAIN, "test/hubert.npz": TEST}), {"hubert": 3}
    ),
    "`hubert/train/CLIP.npy` and `hubert/test/CLIP.npy`": Example(
        folders({"hubert/train": TRAIN, "hubert/test": TEST}), {"hubert": 21}
    ),
    "`hubert_train.npz` of statistics and `hubert_test/CLIP.npy` of frames": Example(
        write_statistics_and_frames, {"hubert": 21}
    ),
    "`hubert/fold0/CLIP.npy`, `hubert/fold1/CLIP.npy`, `hubert/test/CLIP.npy`": Example(
        folders({"hubert/fold0": TRAIN[:4], "hubert/fold1": TRAIN[4:], "hubert/test": TEST}), {"hubert": 21}
    ),
    "`hubert/A102/CLIP.npy`, `hubert/A103/CLIP.npy` ...": Example(
        folders({**{f"hubert/A{n}": of_actor(f"A{n}") for n in (1, 2, 3, 4)}, "hubert/test": TEST}), {"hubert": 21}
    ),
    "`facebook/wav2vec2/CLIP.npy`": Example(folders({"facebook/wav2vec2": CLIPS}), {"wav2vec2": 21}),
    "`models--facebook--wav2vec2/snapshots/0a1b2c3d4e5f/CLIP.npy`": Example(
        folders({"models--facebook--wav2vec2/snapshots/0a1b2c3d4e5f": CLIPS}), {"wav2vec2": 21}
    ),
    "`wavlm`, a link to `../scratch/run3`": Example(write_linked, {"wavlm": 21}),
}
