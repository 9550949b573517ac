"""The project of the campaign, made once."""

import os
from pathlib import Path

import pytest
from tests.faults.hostile import plain_encoder
from tests.faults.hostile.command import import_everything
from tests.faults.hostile.project import make_project
from tests.made_once import made_once

IS_LONG = os.environ.get("BLEMORE_FAULTS") == "long"


@pytest.fixture(scope="session")
def hostile_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny project with files of all kinds, to be read only."""
    assert plain_encoder.Plain.width
    import_everything()
    name = "hostile-long" if IS_LONG else "hostile"
    return made_once(tmp_path_factory, name, lambda folder: make_project(folder, is_long=IS_LONG))
