from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest
import torch
from tests.fixtures.feature_files import save_npz

from blemore_cli.core.config.schema import DataConfig
from blemore_cli.core.errors import DataError
from blemore_cli.core.types import Floats
from blemore_cli.data.features.layers.layered import layered
from blemore_cli.data.features.readers.base import Request
from blemore_cli.data.features.sources import find_sources

CLIPS = ["A1_ang_int1_ver1", "A2_hap_int1_ver1", "test_0001"]
N_LAYERS = 5
ARRAYS = {
    clip: np.random.default_rng(position).normal(size=(N_LAYERS, 2 + position, 3)).astype(np.float32)
    for position, clip in enumerate(CLIPS)
}


def write_arrays(folder: Path, arrays: dict[str, Floats] = ARRAYS) -> None:
    (folder / "wavlm").mkdir()
    for clip, array in arrays.items():
        np.save(folder / "wavlm" / f"{clip}.npy", array)


def write_hidden_states(folder: Path) -> None:
    """As `torch.save(outputs.hidden_states)` writes them."""
    (folder / "wavlm").mkdir()
    for clip, array in ARRAYS.items():
        torch.save(tuple(torch.from_numpy(array)[:, None]), folder / "wavlm" / f"{clip}.pt")


def write_hdf5(folder: Path) -> None:
    with h5py.File(folder / "wavlm.h5", "w") as file:
        for clip, array in ARRAYS.items():
            file[clip] = array


def in_folders(form: str) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        for layer in range(N_LAYERS):
            (folder / "wavlm" / form.format(layer)).mkdir(parents=True)
            for clip, array in ARRAYS.items():
                np.save(folder / "wavlm" / form.format(layer) / f"{clip}.npy", array[layer])

    return write


FORMS: dict[str, Callable[[Path], None]] = {
    "arrays": write_arrays,
    "hidden states": write_hidden_states,
    "archive": lambda folder: save_npz(folder / "wavlm.npz", **ARRAYS),
    "hdf5": write_hdf5,
    **{
        form: in_folders(form)
        for form in ("layer_{:02d}", "layer{}", "L{:02d}", "{:02d}", "hidden_states_{}", "Layer-{}")
    },
}


def read(folder: Path, layers: str | None, aggregate: str = "mean", *, by_clip: bool = False) -> dict[str, Floats]:
    """Features (N, D) by encoder, in the order of the source or of the clips."""
    found_sources = find_sources([folder], {}, CLIPS, test=CLIPS[2:]).sources
    sources = layered(found_sources, CLIPS.__contains__, layers)[0]
    config = DataConfig.model_validate({"aggregate": aggregate, "jobs": 1, "index": folder / "index.h5"})
    request = Request(CLIPS.__contains__, config)
    result = {}
    for source in sources:
        digest = source.reader.sha256(source, request)
        features = source.reader.read(source, request)
        assert features.sha256 == digest
        assert source.reader.files(source, CLIPS.__contains__)
        order = [features.clips.index(clip) for clip in (CLIPS if by_clip else features.clips)]
        result[source.name] = features.features[order]
    return result


def expected(layer: int) -> bytes:
    return np.stack([array[layer].mean(axis=0) for array in ARRAYS.values()]).tobytes()


@pytest.mark.parametrize("form", FORMS)
def test_layers_are_encoders(form: str, tmp_path: Path) -> None:
    FORMS[form](tmp_path)
    encoders = read(tmp_path, "1,3-4")
    assert {name: features.tobytes() for name, features in encoders.items()} == {
        f"wavlm.{layer:02d}": expected(layer) for layer in (1, 3, 4)
    }


@pytest.mark.parametrize("form", FORMS)
def test_their_mean_is_one_encoder(form: str, tmp_path: Path) -> None:
    FORMS[form](tmp_path)
    mean = np.stack([array[1:4].astype(np.float64).mean(axis=0).mean(axis=0) for array in ARRAYS.values()])
    assert np.allclose(read(tmp_path, "mean:1-3")["wavlm"], mean, atol=1e-6)


@pytest.mark.parametrize("form", ["arrays", "layer_{:02d}"])
def test_the_mean_of_one_layer_is_this_layer(form: str, tmp_path: Path) -> None:
    FORMS[form](tmp_path)
    assert read(tmp_path, "mean:3")["wavlm"].tobytes() == expected(3)


def test_statistics_are_those_of_the_layer_alone(tmp_path: Path) -> None:
    write_arrays(tmp_path)
    of_all = read(tmp_path, "-1", "stats7")["wavlm.04"]
    (tmp_path / "alone").mkdir()
    write_arrays(tmp_path / "alone", {clip: array[4] for clip, array in ARRAYS.items()})
    assert of_all.tobytes() == read(tmp_path / "alone", None, "stats7")["wavlm"].tobytes()


def test_folders_of_layers_need_no_choice_and_arrays_do(tmp_path: Path) -> None:
    in_folders("layer_{}")(tmp_path)
    assert list(read(tmp_path, None)) == [f"wavlm.{layer:02d}" for layer in range(N_LAYERS)]
    (tmp_path / "other").mkdir()
    write_arrays(tmp_path / "other")
    with pytest.raises(DataError, match=r"got .5, 2, 3. of float32: 5 layers of a model") as caught:
        read(tmp_path / "other", None)
    assert "--layers" in caught.value.fix


def test_numbered_folders_without_common_clips_are_no_layers(tmp_path: Path) -> None:
    for number, clip in enumerate(CLIPS):
        (tmp_path / "x" / str(number)).mkdir(parents=True)
        np.save(tmp_path / "x" / str(number) / f"{clip}.npy", np.ones(2))
    names = [source.reader.name for source in find_sources([tmp_path / "x"], {}, CLIPS).sources]
    assert "layer_folders" not in names


def test_other_encoders_stay_as_they_are(tmp_path: Path) -> None:
    write_arrays(tmp_path)
    save_npz(tmp_path / "hubert.npz", X=np.ones((3, 2)), filenames=np.array(CLIPS))
    save_npz(tmp_path / "vivit.npz", **{clip: np.ones((N_LAYERS, 2)) for clip in CLIPS})
    assert list(read(tmp_path, "0")) == ["hubert", "vivit", "wavlm.00"]


def test_pooled_layers_are_taken_where_nothing_has_frames_of_layers(tmp_path: Path) -> None:
    write_arrays(tmp_path, {clip: array.mean(axis=1) for clip, array in ARRAYS.items()})
    pooled = read(tmp_path, "2")["wavlm.02"]
    assert pooled.tobytes() == expected(2)


@pytest.mark.parametrize("first", [0, 1])
def test_clips_with_other_layers_are_named(first: int, tmp_path: Path) -> None:
    changed = {CLIPS[first]: ARRAYS[CLIPS[first]][:3], CLIPS[2]: ARRAYS[CLIPS[2]]}
    write_arrays(tmp_path, {**ARRAYS, **changed, "A9_sad_int1_ver1": ARRAYS[CLIPS[0]]})
    with pytest.raises(DataError, match=rf"same layers, got 3 for {CLIPS[first]} and 5 for the other 2 of 3"):
        read(tmp_path, "1-2")


def test_a_clip_without_layers_is_named(tmp_path: Path) -> None:
    write_arrays(tmp_path, {**ARRAYS, CLIPS[2]: ARRAYS[CLIPS[2]][0]})
    with pytest.raises(DataError, match=r"same layers, got 1 for test_0001 and 5 for the other 2 of 3"):
        read(tmp_path, "1-2")


def test_a_clip_of_one_frame_keeps_its_layers(tmp_path: Path) -> None:
    arrays = {**ARRAYS, CLIPS[0]: ARRAYS[CLIPS[0]][:, :1]}
    write_arrays(tmp_path, arrays)
    assert np.array_equal(read(tmp_path, "3")["wavlm.03"][0], arrays[CLIPS[0]][3, 0])


def test_a_clip_without_frames_is_missing(tmp_path: Path) -> None:
    write_arrays(tmp_path, {**ARRAYS, CLIPS[1]: ARRAYS[CLIPS[1]][:, :0]})
    assert len(read(tmp_path, "3")["wavlm.03"]) == 2


@pytest.mark.parametrize("layers", ["5", "mean:3-9"])
@pytest.mark.parametrize("form", ["arrays", "layer_{:02d}"])
def test_layers_that_do_not_exist_are_refused(layers: str, form: str, tmp_path: Path) -> None:
    FORMS[form](tmp_path)
    with pytest.raises(DataError, match=r"encoder wavlm .* among the 5 from 0 to 4, got 5"):
        read(tmp_path, layers)


def test_layers_of_nothing_are_refused(tmp_path: Path) -> None:
    write_arrays(tmp_path, {clip: array[0] for clip, array in ARRAYS.items()})
    with pytest.raises(DataError, match="no encoder has arrays"):
        read(tmp_path, "6-12")


def test_a_mean_needs_every_layer_of_a_clip(tmp_path: Path) -> None:
    in_folders("layer_{}")(tmp_path)
    (tmp_path / "wavlm/layer_2" / f"{CLIPS[1]}.npy").unlink()
    with pytest.raises(DataError, match=rf"none in .*layer_2 of {CLIPS[1]}"):
        read(tmp_path, "mean:1-2")
    np.save(tmp_path / "wavlm/layer_2" / f"{CLIPS[1]}.npy", np.ones((9, 3)))
    with pytest.raises(DataError, match="the layers of a clip must have the same shape"):
        read(tmp_path, "mean:1-2")


def in_halves(form: str) -> Callable[[Path], None]:
    """Folders of layers with the clips of one split each."""

    def write(folder: Path) -> None:
        for position, clip in enumerate(CLIPS):
            for layer in range(N_LAYERS):
                path = folder / form.format(split="test" if position == 2 else "train", layer=layer)
                path.mkdir(parents=True, exist_ok=True)
                np.save(path / f"{clip}.npy", ARRAYS[clip][layer])

    return write


def write_halves(folder: Path) -> None:
    for split, clips in (("train", CLIPS[:2]), ("test", CLIPS[2:])):
        save_npz(folder / f"wavlm_{split}.npz", **{clip: ARRAYS[clip] for clip in clips})


HALVES: dict[str, Callable[[Path], None]] = {
    "archives": write_halves,
    "folders": in_halves("wavlm_{split}/layer_{layer:02d}"),
    "splits in a folder": in_halves("wavlm/{split}/layer_{layer:02d}"),
    "splits in layers": in_halves("wavlm/layer_{layer:02d}/{split}"),
    "splits in blocks": in_halves("wavlm/block_{layer}/{split}"),
}


@pytest.mark.parametrize("form", HALVES)
def test_halves_of_layers_are_joined(form: str, tmp_path: Path) -> None:
    HALVES[form](tmp_path)
    encoders = read(tmp_path, "1-2", by_clip=True)
    assert {name: features.tobytes() for name, features in encoders.items()} == {
        f"wavlm.{layer:02d}": expected(layer) for layer in (1, 2)
    }
    mean = np.stack([array[1:3].astype(np.float64).mean(axis=0).mean(axis=0) for array in ARRAYS.values()])
    assert np.allclose(read(tmp_path, "mean:1-2", by_clip=True)["wavlm"], mean, atol=1e-6)
