"""The package opensmile, for the tests that need it."""

from typing import Any

import pytest


def usable_opensmile() -> Any:
    """The module; skips where it is not installed, or in a path beyond ASCII, in which it cannot read its files."""
    opensmile = pytest.importorskip("opensmile", reason="the package opensmile is not installed")
    if not opensmile.__file__.isascii():
        pytest.skip("openSMILE works from paths of ASCII characters alone", allow_module_level=True)
    return opensmile
