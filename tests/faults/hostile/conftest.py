"""The project of the campaign, made once."""

from pathlib import Path

import pytest
from tests.faults.hostile.command import import_everything
from tests.faults.hostile.plain_encoder import Plain
from tests.faults.hostile.project import make_project
from tests.long_campaigns import IS_LONG
from tests.made_once import made_once

from blemore_cli.extraction.encoders import ENCODERS


@pytest.fixture(scope="session")
def hostile_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny project with files of all kinds, to be read only."""
    import_everything()
    name = "hostile-long" if IS_LONG else "hostile"
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(ENCODERS, "plain", Plain)
        return made_once(tmp_path_factory, name, lambda folder: make_project(folder, is_long=IS_LONG))


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """The encoder `plain`, known to commands in this process and its children."""
    monkeypatch.setitem(ENCODERS, "plain", Plain)
