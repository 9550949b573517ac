"""The HTML: what was given stays text, every id is there once, and nothing can be loaded."""

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from blemore_cli.data.index.file import Index
from blemore_cli.experiments.runs.loaded_run import LoadedRun
from blemore_cli.reporting.page.build_report import build_page
from blemore_cli.reporting.page.page import policy, render

HOSTILE = '</script><script>alert("1")</script>'


class Elements(HTMLParser):
    """Every element with its attributes, and the content of the scripts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "script":
            self.scripts[-1] += data


@pytest.fixture(scope="session")
def html(loaded_run: LoadedRun, loaded_arms: LoadedRun, written_index: Index) -> str:
    """A page whose clips, actors, encoders, arms and run are hostile."""
    loaded_model = loaded_run.main
    clips = replace(
        loaded_model.clips, actor=np.where(loaded_model.clips.actor == "A0", HOSTILE, loaded_model.clips.actor)
    )
    hostile = replace(loaded_model, clips=clips, run=HOSTILE, encoders=(HOSTILE, "voice", "noise"))
    written_run = replace(loaded_run, models=(hostile,))
    assert loaded_arms.ablation is not None
    others = replace(
        loaded_arms,
        ablation=loaded_arms.ablation.model_copy(
            update={"conclusion": HOSTILE, "sentences": (HOSTILE,), "failed": {HOSTILE: HOSTILE}}
        ),
    )
    own = replace(
        written_index.clips, actor=np.where(written_index.clips.actor == "A0", HOSTILE, written_index.clips.actor)
    )
    return render(build_page([written_run, others], replace(written_index, clips=own), shifts={}))


def test_what_was_given_stays_text(html: str) -> None:
    elements = Elements(html)
    assert html.count("<script") == html.count("</script>") == len(elements.scripts) == 2
    data = json.loads(elements.scripts[0])
    assert HOSTILE in data["actors"]
    assert data["models"][0]["encoders"][0] == HOSTILE
    assert "alert" in html
    assert not re.search(r"<script[^>]*>alert", html)


def test_ids_are_there_once_and_links_have_a_target(html: str) -> None:
    attributes = [attrs for _, attrs in Elements(html).found]
    ids = [attrs["id"] for attrs in attributes if "id" in attrs]
    assert len(ids) == len(set(ids)) > 20
    links = [attrs["href"] or "" for attrs in attributes if (attrs.get("href") or "").startswith("#")]
    assert len(links) > 10
    assert {link[1:] for link in links} <= set(ids)


def test_figures_are_numbered_in_their_order(html: str) -> None:
    numbers = re.findall(r"<b>Figure (\d+)\.</b>", html)
    assert list(map(int, numbers)) == list(range(1, len(numbers) + 1))
    assert [attrs["id"] for tag, attrs in Elements(html).found if tag == "figure"] == [f"figure-{n}" for n in numbers]


def test_the_policy_allows_this_style_and_script_alone(html: str) -> None:
    [style] = re.findall(r"<style>(.*?)</style>", html, flags=re.DOTALL)
    script = Elements(html).scripts[1]
    [told] = [attrs["content"] for tag, attrs in Elements(html).found if attrs.get("http-equiv")]
    assert told == policy(style, script)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in (told or "")
    assert (told or "").startswith("default-src 'none'")
    assert not [attrs for _, attrs in Elements(html).found if "style" in attrs]  # the policy would drop them
    assert not [attrs for _, attrs in Elements(html).found for name in attrs if name.startswith("on")]
