"""`docs/methods.md` names every source of the code, and all documents name only files that are there."""

import re
from pathlib import Path

import pytest
from tests.docs.blocks import DOCUMENTS, ROOT

SOURCES = ROOT / "src" / "blemore_cli"
TABLE = (ROOT / "docs" / "methods.md").read_text(encoding="utf-8")
NOT_METHODS = {"data/features/sources.py", "reporting/paper/style.py", "reporting/tables/published.py"}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_a_document_names_is_there(document: Path) -> None:
    named = set(re.findall(r"(?<![\w/])(?:[a-z_]+/)+[a-z_]+\.py\b", document.read_text(encoding="utf-8")))
    assert [path for path in sorted(named) if not ((SOURCES / path).is_file() or (ROOT / path).is_file())] == []


def test_every_file_with_a_source_is_in_the_table() -> None:
    listed = set(re.findall(r"`([\w/]+\.py)`", TABLE))
    with_source = {
        str(path.relative_to(SOURCES))
        for path in SOURCES.rglob("*.py")
        if re.search(r"^\s+Source:\s+\S", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert sorted(with_source - listed - NOT_METHODS) == []
