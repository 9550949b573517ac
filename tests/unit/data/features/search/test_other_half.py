from pathlib import Path

import pytest

from blemore_cli.data.features.search.other_half import described_half, other_half, packed_half


def made(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch() if path.suffix else path.mkdir()


@pytest.mark.parametrize(
    ("path", "half"),
    [
        ("hubert_train.npz", "hubert_test.npz"),
        ("HuBERT_Train", "hubert-TEST"),
        ("x_test.npz", "x_train"),
        ("pre_extracted_train_data", "pre_extracted_test_data"),
        ("pre_extracted_test_data/E_test", "pre_extracted_train_data/E_train"),
        ("Train/Hubert", "TEST/HUBERT"),
    ],
)
def test_the_half_is_found_in_any_case_and_format(tmp_path: Path, path: str, half: str) -> None:
    made(tmp_path, path, half, "hubert_test.zip", "other_test", "train.csv")
    assert other_half(tmp_path / path) == tmp_path / half


def test_names_without_a_split_have_no_half(tmp_path: Path) -> None:
    made(tmp_path, "hubert", "hubert_test", "hubert_val", "hubert_train_test")
    assert other_half(tmp_path / "hubert") is None
    assert other_half(tmp_path / "hubert_val") is None


def test_an_archive_stands_for_the_half_until_it_is_unpacked(tmp_path: Path) -> None:
    made(tmp_path, "pre_extracted_train_data/E_train", "pre_extracted_test_data.tar.gz")
    path = tmp_path / "pre_extracted_train_data/E_train"
    assert packed_half(path) == tmp_path / "pre_extracted_test_data.tar.gz"
    (tmp_path / "pre_extracted_test_data").mkdir()
    assert packed_half(path) is None


def test_what_is_in_the_place_of_the_half_is_said(tmp_path: Path) -> None:
    made(tmp_path, "empty", "media/a.mov", "media/b.mov", "wavlm/A.npy")
    assert described_half(tmp_path / "empty") == f"{tmp_path / 'empty'} (it holds nothing)"
    assert described_half(tmp_path / "media") == f"{tmp_path / 'media'} (it holds 2 .mov)"
    for name in ("wavlm", "nowhere"):
        assert described_half(tmp_path / name) == str(tmp_path / name)
