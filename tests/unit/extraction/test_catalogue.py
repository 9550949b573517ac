import pytest

from blemore_cli.extraction import catalogue as module
from blemore_cli.extraction.catalogue import catalogue
from blemore_cli.extraction.encoders import BUILT_IN


def test_every_family_is_listed_with_its_licence() -> None:
    entries = {entry.name: entry for entry in catalogue()}
    assert set(BUILT_IN) < set(entries)
    assert "not for commercial use" in entries["egemaps"].licence
    assert entries["voice"].width == "256"
    assert all(entry.install.startswith("pip install") for entry in entries.values())


def test_what_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_are_installed", lambda _: False)
    assert not any(entry.is_installed for entry in catalogue())
