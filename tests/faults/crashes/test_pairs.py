"""Two commands on one project at the same time: both end right, or one is refused in words.

`BLEMORE_FAULTS=long` runs every pair.
"""

import random
import shutil
from collections.abc import Iterator
from itertools import combinations_with_replacement
from pathlib import Path
from typing import Final

import pytest
from tests.faults.crashes.commands import COMMANDS
from tests.faults.crashes.kills import ended, forked
from tests.faults.crashes.test_kills import files
from tests.long_campaigns import IS_LONG

pytestmark = pytest.mark.slow

PAIRS: Final = list(combinations_with_replacement(COMMANDS, 2))
CHOSEN: Final = PAIRS if IS_LONG else random.Random(0).sample(PAIRS, 2)  # noqa: S311
REFUSALS: Final = (
    "one command at a time",  # on a run
    "must be finished",  # a run that another command began
    "must stay as it is while a command reads it",  # an index
    "was trained on the index with",  # a run, where another command has written the index anew
    "a run is never overwritten",
)


@pytest.fixture
def project(trained_once: Path, tmp_path: Path) -> Iterator[Path]:
    yield Path(shutil.copytree(trained_once, tmp_path / "project"))
    shutil.rmtree(tmp_path / "project")  # and not its folder, whose name would come again


@pytest.mark.parametrize(("first", "second"), CHOSEN, ids=[" and ".join(pair) for pair in CHOSEN])
def test_a_pair_of_commands(first: str, second: str, project: Path, tmp_path: Path) -> None:
    before = files(project)
    outputs = [tmp_path / "first", tmp_path / "second"]
    started = [
        forked(project, COMMANDS[name].words, output=output)
        for name, output in zip((first, second), outputs, strict=True)
    ]
    ends = [ended(pid, output) for pid, output in zip(started, outputs, strict=True)]
    assert not [end.text for end in ends if "Traceback" in end.text or "Exception ignored" in end.text]
    assert min(end.code for end in ends) == 0, ends
    for end in ends:
        assert end.code == 0 or (end.code in {3, 4} and any(words in end.text for words in REFUSALS)), end
    found = files(project)
    assert not [name for name in found.keys() - before.keys() if "/." in f"/{name}" or name.endswith("/lock")]
    assert before.keys() <= found.keys()
