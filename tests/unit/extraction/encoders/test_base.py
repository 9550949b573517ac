from pathlib import Path

import pytest

from blemore_cli.core.errors import ConfigError, UsageError
from blemore_cli.extraction.encoders.base import checked_crop, checked_fps, data_folder, imported


def test_a_rate_is_a_number_of_frames_or_all_of_them() -> None:
    assert (checked_fps(0), checked_fps(5), checked_fps(0.5)) == (None, 5.0, 0.5)
    for fps in (-1, float("nan"), float("inf"), "five"):
        with pytest.raises(ConfigError, match="fps must be a number of frames"):
            checked_fps(fps)  # type: ignore[arg-type]


def test_a_missing_package_is_named_with_what_installs_it() -> None:
    with pytest.raises(UsageError, match="needs the package no_such_package") as caught:
        imported("no_such_package", "pip install it")
    assert caught.value.fix == "Run `pip install it`."


def test_the_folder_of_a_package_is_found_without_importing_it() -> None:
    assert (data_folder("numpy", "") / "__init__.py").is_file()
    with pytest.raises(UsageError, match="the weights in the package no_such_package"):
        data_folder("no_such_package", "pip install it")
    assert isinstance(data_folder("numpy", ""), Path)


def test_a_crop_has_a_name() -> None:
    assert [checked_crop(crop) for crop in ("none", "face")] == ["none", "face"]
    with pytest.raises(ConfigError, match="crop must be none or face, got 'fase'"):
        checked_crop("fase")
