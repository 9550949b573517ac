"""Tasks that worker processes find."""

import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def tasks() -> Iterator[ModuleType]:
    """A module that worker processes find by its name, as they do not find a test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(Path(__file__).parent)
        yield importlib.import_module("tasks_for_workers")
