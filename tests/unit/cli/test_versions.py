"""Versions are those that are installed, and name no host."""

import platform
from importlib import metadata

import pytest

from blemore_cli.cli.versions import NUMERICAL, versions


def test_versions_are_those_installed() -> None:
    told = versions()
    for name in ("torch", "numpy", "scipy", "scikit-learn", "pandas", "h5py", "safetensors"):
        assert told[name] == metadata.version(name)
    assert set(NUMERICAL) <= set(told)
    assert platform.node() not in str(told["machine"]).split()


def test_a_package_that_is_not_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: str) -> str:
        raise metadata.PackageNotFoundError

    monkeypatch.setattr(metadata, "version", missing)
    assert versions()["pyarrow"] is None
