from collections.abc import Iterator

import pytest

from blemore_cli.data.features.readers.base import READERS


@pytest.fixture
def registry() -> Iterator[None]:
    """Puts the registry back as it was."""
    before = dict(READERS)
    yield
    READERS.clear()
    READERS.update(before)
