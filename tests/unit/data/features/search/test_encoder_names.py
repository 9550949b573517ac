from pathlib import Path

import pytest

from blemore_cli.data.features.search.encoder_names import EncoderName, below, encoder_name

ROOT = Path("/data/features")


def name_of(path: str, clips: tuple[str, ...] = (), root: Path = ROOT) -> EncoderName:
    place = root / path
    return encoder_name(place.name.removesuffix(".npz").removesuffix("_static_features"), place, root, clips)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("wavlm", "wavlm"),
        ("facebook/wav2vec2", "wav2vec2"),
        ("models--facebook--wav2vec2-base/snapshots/0a1b2c3d4e5f60718293", "wav2vec2-base"),
        ("wavlm/npy", "wavlm"),
        ("wavlm/static_features", "wavlm"),
        ("hubert/features.npz", "hubert"),
        ("hubert/20240601-120000", "hubert"),
        ("npy", "npy"),
        ("features.npz", "features"),
        ("facebook/base", "facebook.base"),
        ("wavlm/layer_06", "wavlm.06"),
        ("wavlm/L6/train", "wavlm.06"),
        ("dinov2/block_6/train", "dinov2.06"),
        ("wavlm/hidden_states_6/test", "wavlm.06"),
        ("wavlm_train (1)", "wavlm"),
        ("base", "base"),
        ("ENC_static_features_train.npz", "ENC"),
    ],
)
def test_a_folder_that_names_no_encoder_gives_way_to_the_one_above(path: str, name: str) -> None:
    assert name_of(path).name == name


@pytest.mark.parametrize(
    ("path", "name", "splits"),
    [
        ("ENC_train", "ENC", ("train",)),
        ("ENC/train", "ENC", ("train",)),
        ("ENC/fold_0.npz", "ENC", ("fold0",)),
        ("ENC/train_features", "ENC", ("train",)),
        ("test", "features", ("test",)),
    ],
)
def test_words_of_splits_are_taken_out(path: str, name: str, splits: tuple[str, ...]) -> None:
    result = name_of(path)
    assert (result.name, result.splits, result.as_it_stands) == (
        name,
        splits,
        Path(path).stem,
    )


def test_a_folder_named_after_a_part_of_all_its_clips_gives_way() -> None:
    clips = ("A102_ang_int1_ver1", "A102_sad_int1_ver1")
    assert name_of("wavlm/A102", clips).name == "wavlm"
    assert name_of("wavlm/int1", clips).name == "wavlm"
    assert name_of("wavlm/ang", clips).name == "ang"
    assert name_of("wavlm/train/A102", clips).splits == ("train",)


def test_the_folder_above_qualifies_below_the_root_alone() -> None:
    assert name_of("train_a/hubert").qualified == "a.hubert"
    assert name_of("hubert").qualified == "hubert"
    assert name_of("train/hubert").splits_above == ("train",)


def test_a_path_of_nothing_but_splits_keeps_its_name() -> None:
    assert encoder_name("train", Path("/test/train"), Path("/test"), ()).name == "train"


def test_parts_below_a_root() -> None:
    assert below(Path("f/a/../b"), Path("f")) == ("b",)
    assert below(Path("f"), Path("f")) == ()
