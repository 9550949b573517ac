"""Unit tests train no network: those that have to are in `integration`; the training loop's own are the exception."""

import sys
from pathlib import Path

import pytest

TRAINING = Path(__file__).parent / "training"


@pytest.fixture(autouse=True)
def _nothing_is_trained(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    group = sys.modules.get("blemore_cli.training.group")
    if group is None or TRAINING in request.path.parents:
        return

    def refused(*_: object) -> None:
        pytest.fail("a unit test trains: move it to tests/integration, or give it an untrained network")

    monkeypatch.setattr(group, "_trainer", refused)
