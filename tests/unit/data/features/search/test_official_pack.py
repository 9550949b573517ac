from pathlib import Path

import pytest

from blemore_cli.data.features.search.official_pack import file_below, pack_folders, unpacked_notes, with_other_halves

TRAIN, TEST = "pre_extracted_train_data", "pre_extracted_test_data"


def made(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).mkdir(parents=True)
    return folder


@pytest.mark.parametrize("place", ["", "data", "a/b"])
def test_the_pack_is_found_in_or_below_a_folder(tmp_path: Path, place: str) -> None:
    made(tmp_path / place, f"{TRAIN}/HiCMAE_train", f"{TEST}/HiCMAE_test", f"{TRAIN}/{TRAIN}")
    assert pack_folders(tmp_path) == [tmp_path / place / TRAIN, tmp_path / place / TEST]


def test_the_pack_is_found_from_inside_and_under_other_names(tmp_path: Path) -> None:
    made(tmp_path / "x", f"{TRAIN}/HiCMAE_train", f"{TEST}/HiCMAE_test")
    assert pack_folders(tmp_path / "x" / TRAIN) == [tmp_path / "x" / TRAIN, tmp_path / "x" / TEST]
    names = ("ImageBind", "WavLM_large", "HuBERT_large")
    made(tmp_path / "y", *(f"{split}_feats/{name}_{split}" for split in ("train", "test") for name in names))
    assert pack_folders(tmp_path / "y") == [tmp_path / "y/train_feats", tmp_path / "y/test_feats"]


def test_other_folders_are_not_the_pack(tmp_path: Path) -> None:
    made(tmp_path, "features/hubert_train", "features/ImageBind", f".hidden/{TRAIN}", f"node_modules/{TRAIN}")
    made(tmp_path, f"1/2/3/4/{TRAIN}")
    (tmp_path / "1/loop").symlink_to(tmp_path)
    assert pack_folders(tmp_path) == []
    assert pack_folders(tmp_path / "nowhere") == []


def test_halves_are_added_once(tmp_path: Path) -> None:
    made(tmp_path, TRAIN, TEST, "hubert")
    train, test, other = tmp_path / TRAIN, tmp_path / TEST, tmp_path / "hubert"
    assert with_other_halves([test]) == [train, test]
    assert with_other_halves([train, test]) == [train, test]
    assert with_other_halves([tmp_path, train]) == [tmp_path, train]
    assert with_other_halves([other, train]) == [other, train, test]


def test_an_archive_of_the_other_half_is_noted(tmp_path: Path) -> None:
    made(tmp_path, TRAIN)
    assert unpacked_notes([tmp_path / TRAIN]) == []
    (tmp_path / f"{TEST}.zip").touch()
    assert f"{TEST}.zip is not unpacked" in unpacked_notes([tmp_path / TRAIN])[0]


def test_a_file_is_found_where_it_is_the_only_one(tmp_path: Path) -> None:
    made(tmp_path, "a", "b")
    assert file_below(tmp_path, "train_metadata.csv") is None
    (tmp_path / "a/train_metadata.csv").touch()
    assert file_below(tmp_path, "train_metadata.csv") == tmp_path / "a/train_metadata.csv"
    (tmp_path / "b/train_metadata.csv").touch()
    assert file_below(tmp_path, "train_metadata.csv") is None
