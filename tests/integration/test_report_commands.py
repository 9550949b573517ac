"""`blemore report`: one page about runs, which loads nothing, or an error and no page."""

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import pytest
from tests.integration.conftest import TINY, Answer, Attempt

from blemore_cli.core.labels import LABEL_CODES

pytestmark = pytest.mark.slow

VOID = {"meta", "link", "input", "br", "img", "hr"}


@dataclass
class Parsed(HTMLParser):
    """What a page consists of: each element's attributes, its text, and elements that were not closed."""

    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def values(self, *names: str) -> list[str]:
        """Every value of these attributes."""
        return [value or "" for _, attrs in self.elements for name, value in attrs.items() if name in names]


def page_of(path: Path) -> Parsed:
    """The page, of which every element must be closed in its turn."""
    parsed = Parsed()
    parsed.feed(path.read_text(encoding="utf-8"))
    parsed.close()
    assert parsed.open == []
    return parsed


@pytest.fixture
def runs(tiny: Path, answer: Answer) -> Path:
    """The tiny project with a train run `one` and an ablation `arms`."""
    if not (tiny / "runs/arms/done").exists():
        answer("train", *TINY, "--top-n", "1", "--name", "one")
        answer("ablate", *TINY, "--selection", "random", "--top-n", "1", "--seeds", "2", "--name", "arms")
    return tiny


def test_the_page_of_a_train_run(runs: Path, answer: Answer) -> None:
    content = answer("report", "--run", "one", "--out", "one.html")
    page = page_of(runs / "one.html")
    assert set(content) == {"out", "runs", "bytes", "n_figures"}
    assert (content["out"], content["runs"]) == ("one.html", ["one"])
    assert content["bytes"] == (runs / "one.html").stat().st_size < 2_000_000
    assert content["n_figures"] == sum(tag == "figure" for tag, _ in page.elements) >= 6
    assert not [attrs for _, attrs in page.elements if "data-switch" in attrs]  # one run has nothing to switch


def test_the_page_of_several_runs_shows_them_side_by_side(runs: Path, answer: Answer) -> None:
    content = answer("report", "--run", "one", "--run", "arms", "--run", "one", "--out", "both.html")
    page = page_of(runs / "both.html")
    assert content["runs"] == ["one", "arms"]
    assert page.values("data-switch") == ["one", "arms"]
    assert set(page.values("data-of")) == {"one", "arms"}
    assert content["n_figures"] == sum(tag == "figure" for tag, _ in page.elements) >= 8
    text = " ".join(" ".join(page.text).split())
    assert "arms · random" in text
    assert "arms: difference to learned" in text


def test_without_names_it_shows_the_newest_of_each_kind(runs: Path, answer: Answer) -> None:
    assert answer("report", "--no-shift")["runs"] == ["one", "arms"]
    assert (runs / "report.html").is_file()
    assert "The shift was not measured." in (runs / "report.html").read_text()


def test_the_page_names_nothing_outside_itself(runs: Path, answer: Answer) -> None:
    answer("report", "--run", "arms", "--out", "alone.html")
    source, page = (runs / "alone.html").read_text(), page_of(runs / "alone.html")
    assert page.values("src", "srcset", "action", "poster", "style", "onclick", "onload") == []
    assert not re.search(r"url\(|@import|https?://(?!www\.w3\.org/)", source)
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    inside = {f"#{name}" for name in ids}
    links = [(attrs.get("href") or attrs.get("xlink:href") or "", tag) for tag, attrs in page.elements]
    assert {href for href, _ in links if href} <= inside | {"data:,"}
    assert {tag for _, tag in links}.isdisjoint({"img", "iframe", "object", "embed", "form", "base"})


def test_the_policy_is_the_first_thing_that_can_forbid(runs: Path, answer: Answer) -> None:
    answer("report", "--run", "one", "--out", "policy.html")
    page = page_of(runs / "policy.html")
    policies = [attrs for tag, attrs in page.elements if attrs.get("http-equiv") == "Content-Security-Policy"]
    assert len(policies) == 1
    policy = policies[0]["content"] or ""
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    tags = [tag for tag, _ in page.elements]
    at = [attrs for _, attrs in page.elements].index(policies[0])
    assert not {"link", "style", "script"} & set(tags[:at])


def test_every_permitted_label_is_in_the_page(runs: Path, answer: Answer) -> None:
    answer("report", "--run", "one", "--out", "labels.html")
    source = (runs / "labels.html").read_text()
    assert all(f'"{label}"' in source for label in LABEL_CODES)


def test_the_same_runs_give_the_same_bytes(runs: Path, answer: Answer) -> None:
    for name in ("a.html", "b.html"):
        answer("report", "--run", "one", "--out", name)
    assert (runs / "a.html").read_bytes() == (runs / "b.html").read_bytes()


def test_without_a_run_the_next_step_is_told(tiny: Path, attempt: Attempt, tmp_path: Path) -> None:
    for name in ("blemore.yaml", "index.h5"):
        shutil.copy(tiny / name, tmp_path)
    code, _, stderr = attempt("report", cwd=tmp_path)
    assert (code, "Run `blemore train` first." in " ".join(stderr.split())) == (4, True)
    code, _, stderr = attempt("report", "--run", "nobody", cwd=tmp_path)
    assert (code, "nobody" in stderr) == (4, True)
    assert not (tmp_path / "report.html").exists()


def test_a_name_that_no_browser_takes_for_a_page_is_refused(tiny: Path, attempt: Attempt) -> None:
    code, _, stderr = attempt("report", "--out", "report.txt")
    assert (code, "report.txt" in stderr) == (2, True)
    assert not (tiny / "report.txt").exists()


def cut(text: str) -> str:
    """The file as a copy that broke off left it."""
    return text[: len(text) // 2]


def emptied(_: str) -> str:
    """A file without a byte."""
    return ""


def shortened(text: str) -> str:
    """A whole table, but of fewer clips than the run has."""
    return "".join(text.splitlines(keepends=True)[:-1])


def repeated(text: str) -> str:
    """A table with a clip twice."""
    return text + text.splitlines(keepends=True)[-1]


@pytest.mark.parametrize("damage", [cut, emptied, shortened, repeated])
def test_a_damaged_table_is_named_and_leaves_the_old_page(
    runs: Path, attempt: Attempt, tmp_path: Path, damage: Callable[[str], str]
) -> None:
    project = tmp_path / "project"
    project.mkdir()
    for name in ("blemore.yaml", "index.h5"):
        shutil.copy(runs / name, project)
    shutil.copytree(runs / "runs/one", project / "runs/one")
    table = project / "runs/one/oof.csv"
    table.write_text(damage(table.read_text()))
    (project / "report.html").write_text("the old page")
    code, stdout, stderr = attempt("report", "--run", "one", cwd=project)
    assert (code, stdout) == (4, "")
    assert "runs/one/oof.csv" in "".join(stderr.split())
    assert (project / "report.html").read_text() == "the old page"
    assert sorted(path.name for path in project.iterdir()) == ["blemore.yaml", "index.h5", "report.html", "runs"]
