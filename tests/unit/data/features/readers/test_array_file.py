import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
import torch
from safetensors.torch import save
from tests.fixtures.feature_files import Hostile, damaged, npy, npz, pt, saved

from blemore_cli.core.errors import DataError
from blemore_cli.core.types import EncoderFeatures, Floats
from blemore_cli.data.features.readers.array_file import ArrayFile, Hdf5File, NpzFile, PtFile, SafetensorsClip
from blemore_cli.data.features.records import ClipFeatures
from blemore_cli.data.index.file import write_index
from blemore_cli.data.metadata.clips import clips_from_names

PATH = Path("features/A.pt")
FRAMES = np.arange(6, dtype=np.float32).reshape(2, 3)
TENSOR = torch.from_numpy(FRAMES)


def features_of(content: bytes) -> Floats:
    return PtFile().features_of(content, PATH).features


def hdf5(**arrays: Any) -> bytes:
    def write(file: Any) -> None:
        with h5py.File(file, "w") as target:
            for name, array in arrays.items():
                target[name] = array

    return saved(write)


def matlab(array: np.ndarray) -> bytes:
    """As MATLAB writes an array: columns first, with its class."""

    def write(file: Any) -> None:
        with h5py.File(file, "w") as target:
            target.create_dataset("features", data=array.T).attrs["MATLAB_class"] = np.bytes_("single")

    return saved(write)


FORMS: dict[str, tuple[ArrayFile, Callable[[], bytes]]] = {
    "npz": (NpzFile(), lambda: npz(arr_0=FRAMES)),
    "npz with times": (NpzFile(), lambda: npz(a=FRAMES, timestamps=np.arange(2.0))),
    "npz with a name": (NpzFile(), lambda: npz(features=FRAMES, pooled=FRAMES[0])),
    "tensor": (PtFile(), lambda: pt(TENSOR)),
    "transposed": (PtFile(), lambda: pt(TENSOR.T.contiguous().T)),
    "parameter": (PtFile(), lambda: pt(torch.nn.Parameter(TENSOR))),
    "dictionary": (PtFile(), lambda: pt({"x": TENSOR, "fps": 25.0, "clip": "A"})),
    "outputs": (PtFile(), lambda: pt({"last_hidden_state": TENSOR[None], "pooler_output": TENSOR[:1]})),
    "list of frames": (PtFile(), lambda: pt([*TENSOR])),
    "list of windows": (PtFile(), lambda: pt([frame[None] for frame in TENSOR])),
    "safetensors": (SafetensorsClip(), lambda: save({"e": TENSOR})),
    "hdf5": (Hdf5File(), lambda: hdf5(emb=FRAMES)),
    "hdf5 with times": (Hdf5File(), lambda: hdf5(emb=FRAMES, timestamps=np.arange(2.0))),
    "matlab": (Hdf5File(), lambda: matlab(FRAMES)),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_array_of_a_clip_is_taken(form: str) -> None:
    reader, content = FORMS[form]
    features = reader.features_of(content(), Path("A")).features
    assert features.dtype == np.float32
    assert np.array_equal(features, FRAMES)


def test_precision_is_kept_and_bfloat16_is_widened() -> None:
    assert features_of(pt(TENSOR.half())).dtype == np.float16
    for content, reader in ((pt(TENSOR.bfloat16()), PtFile()), (save({"x": TENSOR.bfloat16()}), SafetensorsClip())):
        features = reader.features_of(content, PATH).features
        assert (str(features.dtype), features.tolist()) == ("float32", FRAMES.tolist())


def test_other_arrays_are_noted() -> None:
    clip: ClipFeatures = NpzFile().features_of(npz(features=FRAMES, pooled=FRAMES[0]), PATH)
    assert clip.notes == {"arrays named pooled left out": 1}


def test_a_file_without_frames_is_one_of_a_clip_without_frames() -> None:
    assert NpzFile().features_of(npz(x=np.zeros((0, 3))), PATH).features.shape == (0, 3)


@pytest.mark.parametrize(
    "content",
    [
        {"a": torch.ones(3), "b": torch.ones(3)},
        [torch.ones(2, 3), torch.ones(3, 3)],
        [],
        3.0,
        torch.ones(2, 2, 2),
        torch.ones(2, dtype=torch.complex64),
        torch.ones(2, 2).to_sparse(),
        torch.ones(1, 1).expand(1000, 1000),
        torch.ones(2, 2, device="meta"),
        np.ones(3),
    ],
)
def test_what_is_no_dense_tensor_is_refused(content: object) -> None:
    with pytest.raises(DataError, match=r"features/A\.pt"):
        features_of(pt(content))


def test_several_arrays_are_refused_with_their_names() -> None:
    with pytest.raises(DataError, match=r"one array of numbers, or one .* features, got a .2. of float64, b .3, 1."):
        NpzFile().features_of(npz(a=np.ones(2), b=np.ones((3, 1))), Path("A.npz"))


def test_weights_of_a_model_are_refused() -> None:
    with pytest.raises(DataError, match=r"got a model's weights, such as weight, bias"):
        features_of(pt(torch.nn.Linear(2, 3).state_dict()))
    with pytest.raises(DataError, match=r"got a model's weights, such as layer\.weight"):
        features_of(pt({"epoch": 3, "state_dict": {"layer.weight": torch.ones(2)}}))


def test_hostile_content_is_refused_and_not_executed(tmp_path: Path) -> None:
    for content in (pt(Hostile(tmp_path / "run")), pickle.dumps(Hostile(tmp_path / "run"))):
        with pytest.raises(DataError, match="nothing that executes"):
            features_of(content)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("form", ["npz", "tensor", "safetensors", "hdf5"])
def test_damaged_and_foreign_files_end_in_data_errors(form: str) -> None:
    reader, content = FORMS[form]
    for damaged_content in (*damaged(content()), npy(np.ones(3))):
        with pytest.raises(DataError, match=r"features/A\.pt"):
            reader.features_of(damaged_content, PATH)


def test_files_of_unknown_clips_are_told_from_archives_and_indexes(tmp_path: Path) -> None:
    (tmp_path / "stranger.npz").write_bytes(npz(x=FRAMES))
    (tmp_path / "static.npz").write_bytes(npz(a=FRAMES, b=FRAMES))
    clips = clips_from_names(["A1_ang_int1_ver1", "A2_ang_int1_ver1"])
    write_index(tmp_path / "index.h5", clips, [EncoderFeatures("x", FRAMES, np.ones(2, bool), "av", "", "mean", "0")])
    (tmp_path / "stranger.h5").write_bytes(hdf5(x=FRAMES))
    assert [NpzFile().could_be_clip(tmp_path / name) for name in ("stranger.npz", "static.npz")] == [True, False]
    assert [Hdf5File().could_be_clip(tmp_path / name) for name in ("stranger.h5", "index.h5")] == [True, False]
