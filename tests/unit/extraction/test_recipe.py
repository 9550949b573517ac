from pathlib import Path

import pytest
from tests.fixtures.encoders import Brightness, Weighty

from blemore_cli.core.errors import DataError, UsageError
from blemore_cli.extraction.encoders import ENCODERS
from blemore_cli.extraction.encoders.families import spec_of
from blemore_cli.extraction.recipe import recipe_of

pytest.importorskip("av", reason="the package av is not installed")


@pytest.fixture(autouse=True)
def encoders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ENCODERS, "brightness", Brightness)
    monkeypatch.setitem(ENCODERS, "weighty", Weighty)


def test_a_recipe_names_options_packages_weights_and_device(tmp_path: Path) -> None:
    path = tmp_path / "weights.bin"
    path.write_bytes(b"weights")
    recipe = recipe_of(spec_of("weighty", {"file": str(path)}), "cuda:1")
    assert recipe.options == {"file": str(path)}
    assert set(recipe.packages) == {"av", "numpy"}
    assert list(recipe.weights) == ["weights.bin"]
    assert recipe.device == "cuda"
    assert recipe.difference(recipe) == ""


def test_differences_in_words(tmp_path: Path) -> None:
    before = recipe_of(spec_of("brightness", {"fps": 5.0}), "cpu")
    now = recipe_of(spec_of("brightness", {}), "cuda:0")
    assert now.difference(before) == "options fps is absent, was 5; device is cuda, was cpu"
    assert before.difference(before.model_copy(update={"version": 0})) == "version is 1, was 0"


def test_a_whole_number_is_written_in_two_ways() -> None:
    one, other = (recipe_of(spec_of("brightness", {"fps": fps}), "cpu") for fps in (5, 5.0))
    assert one == other


def test_missing_packages_and_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataError, match="encoder weighty needs its weights"):
        recipe_of(spec_of("weighty", {"file": str(tmp_path / "gone.bin")}), "cpu")
    monkeypatch.setattr(Brightness, "packages", ("no-such-package",))
    with pytest.raises(UsageError, match="needs the package no-such-package"):
        recipe_of(spec_of("brightness", {}), "cpu")


def test_a_crop_of_faces_is_part_of_the_recipe(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("dlib", reason="the package dlib is not installed")
    whole = recipe_of(spec_of("brightness", {}), "cpu")
    monkeypatch.setattr(Brightness, "crop", "face")
    cropped = recipe_of(spec_of("brightness", {}), "cpu")
    assert set(cropped.packages) - set(whole.packages) == {"dlib-bin"}
    assert set(cropped.weights) == {"shape_predictor_5_face_landmarks.dat"}
