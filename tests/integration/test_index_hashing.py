"""The index is hashed once a command, however many runs and stages read it."""

from pathlib import Path

import pytest
from tests.integration.conftest import TINY, Blemore

from blemore_cli.core.files import sha256_of
from blemore_cli.data.index import file as index_file

pytestmark = pytest.mark.slow


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The indexes that were hashed, each time."""
    paths: list[Path] = []

    def counted(path: Path) -> str:
        paths.append(path)
        return sha256_of(path)

    monkeypatch.setattr(index_file, "sha256_of", counted)
    return paths


def test_a_command_hashes_the_index_once(tiny: Path, blemore: Blemore, hashed: list[Path]) -> None:
    folds = ["--fold", "0", "--fold", "1"]
    for words in (
        ["train", "--name", "a", *folds, *TINY],
        ["train", "--name", "b", *folds, *TINY],
        ["submit", "--run", "a", "--run", "b", "--out", "preds.csv"],
        ["report", "--run", "a", "--run", "b"],
    ):
        hashed.clear()
        done = blemore(*words, cwd=tiny)
        assert done.returncode == 0, done.stderr
        assert hashed == [tiny / "index.h5"], words[0]
