from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from blemore_cli.core.config.schema import DataConfig
from blemore_cli.core.errors import DataError
from blemore_cli.core.types import Clips
from blemore_cli.data.features.collect import chosen_modality, collect, modality_of
from blemore_cli.data.features.readers.array_archive import NpzArchive
from blemore_cli.data.features.readers.base import Source
from blemore_cli.data.features.readers.clip_folder import ClipFolder
from blemore_cli.data.features.readers.csv_table import CsvTable
from blemore_cli.data.metadata.clips import clips_from_names

NAMES = ["A1_ang_int1_ver1", "A2_hap_int1_ver1", "test_0001"]
CLIPS: Clips = clips_from_names(NAMES)
MASKED = DataConfig(missing="mask")


def npz(tmp_path: Path, features: np.ndarray, names: list[str]) -> Source:
    np.savez(tmp_path / "hubert.npz", X=features, filenames=np.array(names))
    return Source("hubert", tmp_path / "hubert.npz", NpzArchive())


def folder(tmp_path: Path, arrays: dict[str, np.ndarray]) -> Source:
    (tmp_path / "clip").mkdir()
    for name, array in arrays.items():
        np.save(tmp_path / f"clip/{name}.npy", array)
    return Source("clip", tmp_path / "clip", ClipFolder())


def refusal(source: Source, config: DataConfig = MASKED) -> str:
    with pytest.raises(DataError) as caught:
        collect(source, CLIPS, config)
    assert caught.value.fix
    return caught.value.message


def test_rows_come_in_the_order_of_the_clips(tmp_path: Path) -> None:
    order = [2, 0, 1]
    calls: list[tuple[str, int, int]] = []
    encoder, notes = collect(
        npz(tmp_path, np.arange(3.0)[order][:, None], [NAMES[i] + ".mov" for i in order]),
        CLIPS,
        DataConfig(),
        progress=lambda *state: calls.append(state),
    )
    assert encoder.features.ravel().tolist() == [0.0, 1.0, 2.0]
    assert encoder.features.dtype == np.float32
    assert encoder.present.all()
    assert (encoder.modality, encoder.aggregate, notes) == ("audio", "static", [])
    assert calls[-1] == ("hubert", 3, 3)


def test_clips_that_the_metadata_do_not_know_are_noted(tmp_path: Path) -> None:
    _, notes = collect(npz(tmp_path, np.ones((4, 1)), [*NAMES, "other"]), CLIPS, DataConfig())
    assert notes == ["encoder hubert: 1 clips are not in the metadata: other"]


@pytest.mark.parametrize("kind", ["npz", "folder"])
def test_missing_clips_are_an_error_or_masked(tmp_path: Path, kind: str) -> None:
    present = np.ones((2, 2), dtype=np.float32)
    source = (
        npz(tmp_path, present, NAMES[1:])
        if kind == "npz"
        else folder(tmp_path, dict(zip(NAMES[1:], present, strict=True)))
    )
    with pytest.raises(DataError, match=f"encoder {source.name}: .*got 2 of 3; missing: {NAMES[0]}") as caught:
        collect(source, CLIPS, DataConfig())
    assert "--missing mask" in caught.value.fix
    encoder, notes = collect(source, CLIPS, MASKED)
    assert encoder.present.tolist() == [False, True, True]
    assert np.isnan(encoder.features[0]).all()
    assert np.isfinite(encoder.features[1:]).all()
    assert notes == [f"encoder {source.name}: 1 clips are missing and masked"]


def test_a_clip_without_a_frame_is_missing(tmp_path: Path) -> None:
    source = folder(tmp_path, {NAMES[0]: np.ones((2, 3)), NAMES[1]: np.ones((0, 3)), NAMES[2]: np.ones((1, 3))})
    with pytest.raises(DataError, match=f"got 2 of 3; missing: {NAMES[1]}; no frame left in the files of {NAMES[1]}"):
        collect(source, CLIPS, DataConfig())
    encoder, notes = collect(source, CLIPS, MASKED)
    assert encoder.present.tolist() == [True, False, True]
    assert notes[0] == f"encoder clip: 1 clips have no frame left: {NAMES[1]}"


def test_a_missing_clip_is_refused_before_files_are_read(tmp_path: Path) -> None:
    source = folder(tmp_path, {NAMES[0]: np.ones(3)})
    (tmp_path / f"clip/{NAMES[0]}.npy").write_bytes(b"damaged")
    assert "must have every clip, got 1 of 3" in refusal(source, DataConfig())
    assert "array of numbers" in refusal(source)


def test_clips_of_other_names_are_refused_with_both_namings(tmp_path: Path) -> None:
    message = refusal(npz(tmp_path, np.ones((1, 2)), ["clip-1"]))
    assert NAMES[0] in message
    assert "clip-1" in message


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e300])
def test_what_is_not_finite_is_named(tmp_path: Path, value: float) -> None:
    features = np.ones((3, 4))
    features[1, 2] = value
    message = refusal(npz(tmp_path, features, NAMES), DataConfig())
    assert "encoder hubert" in message
    assert f"columns 2 (counted from 0, of 4) of clips {NAMES[1]}" in message


def test_frames_with_nan_are_left_out_and_counted(tmp_path: Path) -> None:
    frames = {name: np.arange(12.0).reshape(3, 4) for name in NAMES}
    frames[NAMES[2]][1, 3] = np.nan
    encoder, notes = collect(folder(tmp_path, frames), CLIPS, DataConfig(aggregate="mean"))
    assert encoder.features[2].tolist() == frames[NAMES[2]][[0, 2]].mean(axis=0).tolist()
    assert notes == ["encoder clip: 1 frames with NaN left out, one a clip"]


def test_columns_are_decided_by_the_user(tmp_path: Path) -> None:
    pd.DataFrame({"filename": NAMES, "age": [30.5, 40, 50], "F0": [1.5, 2, 3], "F1": [4, 5, 6]}).to_csv(
        tmp_path / "egemaps.csv", index=False
    )
    source = Source("egemaps", tmp_path / "egemaps.csv", CsvTable())
    encoder, notes = collect(source, CLIPS, DataConfig())
    assert (encoder.columns, notes) == (("F0", "F1"), ["encoder egemaps: left out columns age"])
    chosen = DataConfig.model_validate({"columns": {"egemaps": {"keep": ["AGE"], "leave_out": ["F0", "a*"]}}})
    encoder, notes = collect(source, CLIPS, chosen)
    assert (encoder.columns, notes) == (("age", "F1"), ["encoder egemaps: left out columns F0"])
    unknown = DataConfig.model_validate({"columns": {"egemaps": {"keep": ["ages"]}}})
    assert r"data.columns.egemaps must name columns of the encoder (F0, F1, age), got ages" in refusal(source, unknown)


def test_unknown_modality_is_noted() -> None:
    assert chosen_modality("x", {})[0] == "av"
    assert "--modality x=" in chosen_modality("x", {})[1][0]
    assert chosen_modality("x", {}, "audio") == ("audio", [])
    assert chosen_modality("hubert", {"hubert": "video"}, "audio") == ("video", [])


@pytest.mark.parametrize(
    ("modality", "names"),
    [
        (
            "video",
            [
                "OpenFace",
                "clip",
                "ImageBind",
                "VideoMAEv2",
                "video_swin",
                "dinov2-b",
                "resnet50",
                "face",
                "facemesh",
                "face_emotion",
            ],
        ),
        (
            "audio",
            [
                "HuBERT",
                "WavLM-large",
                "wav2vec2.0",
                "eGeMAPSv02",
                "whisper",
                "imagebind_audio",
                "egemaps",
                "compare",
                "voice",
            ],
        ),
        ("av", ["hicmae_ce100", "av_hubert", "AVHuBERT", "audio-visual"]),
        ("video", ["face", "facemesh", "face_emotion"]),  # of `blemore extract`
        ("audio", ["egemaps", "compare", "voice"]),
        (None, ["encoder1", "x"]),
    ],
)
def test_known_encoders(modality: str | None, names: list[str]) -> None:
    assert {modality_of(name) for name in names} == {modality}
