"""`docs/methods.md` names every source of the code, and only files that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "src" / "blemore_cli"
TABLE = (ROOT / "docs" / "methods.md").read_text(encoding="utf-8")
LISTED = set(re.findall(r"`([\w/]+\.py)`", TABLE))
NOT_METHODS = {"reporting/paper/style.py", "reporting/page/published.py"}


def test_every_file_of_the_table_is_there() -> None:
    assert [path for path in sorted(LISTED) if not (SOURCES / path).is_file()] == []


def test_every_file_with_a_source_is_in_the_table() -> None:
    with_source = {
        str(path.relative_to(SOURCES))
        for path in SOURCES.rglob("*.py")
        if re.search(r"(?<!class )\bSource:\s+\S", path.read_text(encoding="utf-8"))
    }
    assert sorted(with_source - LISTED - NOT_METHODS) == []
