"""The templates travel with the package and name nothing outside it."""

import re
from importlib import resources

import pytest

from blemore_cli.reporting import page


@pytest.mark.parametrize("name", ["report.css", "report.html", "report.js"])
def test_a_template_loads_nothing(name: str) -> None:
    text = (resources.files(page) / "templates" / name).read_text(encoding="utf-8")
    assert len(text) > 1000
    assert not re.search(r"https?:|url\(|@import|\bsrc=|fetch\(|XMLHttp|import\(|WebSocket|Beacon", text)
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text)
