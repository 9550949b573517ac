"""Every block of the documentation runs: each document is one session in the folder of a participant."""

import re
import runpy
from contextlib import chdir
from pathlib import Path

import pytest
import yaml
from tests.docs.blocks import DOCUMENTS, ROOT, blocks
from tests.docs.conftest import Run

from blemore_cli.core.config.check import checked_config

ELSEWHERE = {"make demo", "make test", "python3 -m pip install -c constraints.txt ."}
"""Lines that set up the machine or test the project, which is done when this runs."""


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_blocks_are_of_a_known_language(document: Path) -> None:
    known = {"console", "python", "yaml", "text"}
    unknown = [f"line {block.line}: {block.language!r}" for block in blocks(document) if block.language not in known]
    assert unknown == []
    assert document.read_text(encoding="utf-8").count("```") == 2 * len(blocks(document))


SESSIONS = [
    document
    for document in DOCUMENTS
    if document.name != "from_video.md" and any(block.language != "text" for block in blocks(document))
]
"""Documents that begin with the features of a participant; `from_video.md` begins with clips, in a test of its own."""


@pytest.mark.slow
@pytest.mark.parametrize("document", SESSIONS, ids=lambda path: path.name)
def test_a_document_is_a_session_that_works(
    document: Path, participant: Path, run_line: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["script.py"])
    for block in blocks(document):
        if block.language == "console":
            for line in block.text.splitlines():
                if line not in ELSEWHERE:
                    run_line(line, participant)
        elif block.language == "python":
            _run_python(block.text, participant, f"line_{block.line}.py")
        elif block.language == "yaml":
            checked_config(yaml.safe_load(block.text), {(): document.name})


def _run_python(text: str, folder: Path, name: str) -> None:
    script = folder / name
    script.write_text(text, encoding="utf-8")
    with chdir(folder):
        runpy.run_path(str(script), run_name="__main__")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", document.read_text(encoding="utf-8")):
        if not target.startswith("http"):
            assert (document.parent / target).exists(), target


def test_examples_are_shown_as_they_are() -> None:
    shown = [block.text for block in blocks(ROOT / "docs" / "python_api.md") if block.language == "python"]
    for example in sorted((ROOT / "examples").glob("*.py")):
        assert example.read_text(encoding="utf-8") in shown, example.name
