"""`blemore report`: one page about runs, which loads nothing, or an error and no page."""

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from tests.integration.conftest import Attempt, Blemore, parsed

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
    page = Parsed()
    page.feed(path.read_text(encoding="utf-8"))
    page.close()
    assert page.open == []
    return page


@dataclass(frozen=True)
class Made:
    """A page and what the command answered."""

    content: dict[str, Any]
    path: Path
    page: Parsed


def made(project: Path, blemore: Blemore, *words: str) -> Made:
    """Runs the command in a project."""
    content = parsed(blemore("report", *words, "--json", "--quiet", cwd=project))
    path = project / content["out"]
    return Made(content, path, page_of(path))


@pytest.fixture(scope="module")
def runs(trained_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with the train runs `first` and `one`, which is the latest, and an ablation `arms`."""
    return Path(shutil.copytree(trained_once, tmp_path_factory.mktemp("reported") / "project"))


@pytest.fixture(scope="module")
def one(runs: Path, blemore: Blemore) -> Made:
    """The page of the train run."""
    return made(runs, blemore, "--run", "one", "--out", "one.html")


@pytest.fixture(scope="module")
def both(runs: Path, blemore: Blemore) -> Made:
    """The page of both runs, one of which is named twice."""
    return made(runs, blemore, "--run", "one", "--run", "arms", "--run", "one", "--out", "both.html", "--no-shift")


def test_the_page_of_a_train_run(one: Made) -> None:
    assert set(one.content) == {"out", "runs", "bytes", "n_figures"}
    assert (one.content["out"], one.content["runs"]) == ("one.html", ["one"])
    assert one.content["bytes"] == one.path.stat().st_size < 2_000_000
    assert one.content["n_figures"] == sum(tag == "figure" for tag, _ in one.page.elements) >= 6
    assert "The shift was not measured." not in one.path.read_text(encoding="utf-8")
    assert one.page.values("data-switch") == []  # one run has nothing to switch


def test_the_page_of_several_runs_shows_them_side_by_side(both: Made) -> None:
    assert both.content["runs"] == ["one", "arms"]
    assert both.page.values("data-switch") == ["one", "arms"]
    assert set(both.page.values("data-of")) == {"one", "arms"}
    assert both.content["n_figures"] == sum(tag == "figure" for tag, _ in both.page.elements) >= 8
    text = " ".join(" ".join(both.page.text).split())
    assert "arms · random" in text
    assert "random against learned" in text
    assert "The shift was not measured." in text


def test_without_names_it_shows_the_newest_of_each_kind(runs: Path, blemore: Blemore, both: Made) -> None:
    newest = made(runs, blemore, "--no-shift")
    assert newest.content["runs"] == ["one", "arms"]
    assert newest.path.name == "report.html"
    assert newest.path.read_bytes() == both.path.read_bytes()  # the same runs give the same bytes


def test_the_page_names_nothing_outside_itself(both: Made) -> None:
    page = both.page
    assert page.values("src", "srcset", "action", "poster", "style", "onclick", "onload") == []
    assert not re.search(r"url\(|@import|https?://(?!www\.w3\.org/)", both.path.read_text(encoding="utf-8"))
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert set(page.values("href", "xlink:href")) <= {f"#{name}" for name in ids} | {"data:,"}
    assert {tag for tag, _ in page.elements}.isdisjoint({"iframe", "object", "embed", "form", "base"})


def test_the_policy_comes_before_anything_it_could_forbid(one: Made) -> None:
    places = [
        i for i, (_, attrs) in enumerate(one.page.elements) if attrs.get("http-equiv") == "Content-Security-Policy"
    ]
    assert len(places) == 1
    policy = one.page.elements[places[0]][1]["content"] or ""
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert {"link", "style", "script"}.isdisjoint(tag for tag, _ in one.page.elements[: places[0]])


def test_every_permitted_label_is_in_the_browsers_data(one: Made) -> None:
    source = one.path.read_text(encoding="utf-8")
    data = json.loads(source.split('id="clip-data">')[1].split("</script>")[0])
    assert data["labels"] == list(LABEL_CODES)
    assert [model["name"] for model in data["models"]] == ["one"]


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


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (cut, "runs/one/oof.csv"),
        (emptied, "runs/one/oof.csv"),
        (repeated, "runs/one/oof.csv"),
        (shortened, "runs/one/oof.csv is damaged"),
    ],
)
def test_a_damaged_table_is_named_and_leaves_the_old_page(
    runs: Path, attempt: Attempt, tmp_path: Path, damage: Callable[[str], str], named: str
) -> None:
    project = tmp_path / "project"
    project.mkdir()
    for name in ("blemore.yaml", "index.h5"):
        shutil.copy(runs / name, project)
    shutil.copytree(runs / "runs/one", project / "runs/one")
    table = project / "runs/one/oof.csv"
    table.write_text(damage(table.read_text()))
    old = '<html><head><meta name="generator" content="blemore 0.1"></head></html>'
    (project / "report.html").write_text(old)
    code, stdout, stderr = attempt("report", "--run", "one", cwd=project)
    assert (code, stdout) == (4, "")
    assert named in " ".join(stderr.split())
    assert (project / "report.html").read_text() == old
    assert sorted(path.name for path in project.iterdir()) == ["blemore.yaml", "index.h5", "report.html", "runs"]
