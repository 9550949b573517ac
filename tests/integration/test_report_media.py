"""The clip browser of a report plays media in a real browser, from a file, under the page's own policy."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait
from tests.fixtures.media import make_clip
from tests.integration.conftest import Blemore
from tests.integration.test_report_browser import chrome as chrome  # the fixture
from tests.integration.test_report_browser import complaints
from tests.real_media import ONE_FACE

pytest.importorskip("av", reason="the package av is not installed")
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("report_browser")]

N_CLIPS = 4
WIDTH = "return document.querySelector('#clip-detail img.media').naturalWidth"


@pytest.fixture(scope="module")
def project(trained_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with films of its first clips, the second with a sound file, and one file that is no film."""
    folder = Path(shutil.copytree(trained_once, tmp_path_factory.mktemp("watched") / "project"))
    (folder / "my clips").mkdir()
    for number, clip in enumerate(clips_of(folder)):
        path = folder / "my clips" / f"{clip}.mp4"
        if number == 0 and ONE_FACE.is_file():
            shutil.copy(ONE_FACE, path)
        elif number == 3:
            path.write_text("no film")
        else:
            make_clip(path, n_frames=40, size=(160, 120))
    make_clip(folder / "sound.mp4", n_frames=25, size=(32, 32))
    write_sound(folder / "my clips" / f"{clips_of(folder)[1]}.wav")
    return folder


def clips_of(folder: Path) -> list[str]:
    return sorted(set(pd.read_csv(folder / "runs/one/oof.csv")["filename"]))[:N_CLIPS]


def write_sound(path: Path) -> None:
    import wave

    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(os.urandom(32_000))


@pytest.fixture
def page(chrome: Chrome, project: Path, blemore: Blemore, request: pytest.FixtureRequest) -> Iterator[Chrome]:
    """The page with media, linked or embedded."""
    words = ("report", "--run", "one", "--no-shift", "--media", "my clips", "--out", "page.html", *request.param)
    done = blemore(*words, cwd=project)
    assert done.returncode == 0, done.stderr
    if request.param:
        assert "media of 4 clips in the page: about 0." in done.stderr
        shutil.move(project / "my clips", project / "away")
    chrome.get_log("browser")  # type: ignore[no-untyped-call]
    chrome.get((project / "page.html").as_uri())
    yield chrome
    if request.param:
        shutil.move(project / "away", project / "my clips")


def show(page: Chrome, clip: str) -> None:
    search = page.find_element(By.ID, "clip-search")
    search.clear()
    search.send_keys(clip)
    assert page.find_element(By.CSS_SELECTOR, "#clip-detail h3").text == clip


def is_playing(page: Chrome, tag: str) -> bool:
    """Whether a player has got past the start of its clip."""
    play = "const it = document.querySelector(`#clip-detail ${arguments[0]}`); it.muted = true; it.play();"
    page.execute_script(play, tag)
    past = "return document.querySelector(`#clip-detail ${arguments[0]}`).currentTime > 0.1"
    return bool(WebDriverWait(page, 10).until(lambda browser: browser.execute_script(past, tag)))


@pytest.mark.parametrize("page", [()], indirect=True, ids=["linked"])
def test_films_beside_the_page_are_played(page: Chrome, project: Path) -> None:
    first, second, third, broken = clips_of(project)
    for clip in (first, third):
        show(page, clip)
        assert is_playing(page, "video")
    size = "return document.querySelector('#clip-detail video').videoWidth"
    assert page.execute_script(size) == 160
    show(page, second)
    assert is_playing(page, "video")
    assert is_playing(page, "audio")
    assert complaints(page) == []
    show(page, broken)
    link = WebDriverWait(page, 10).until(lambda browser: browser.find_element(By.CSS_SELECTOR, "#clip-detail .note a"))
    assert link.text == f"{broken}.mp4"
    assert link.get_attribute("href") == (project / "my clips" / f"{broken}.mp4").as_uri()
    assert {entry["source"] for entry in complaints(page)} <= {"network"}  # nothing about the policy
    assert "plays the media files that it links to" in page.find_element(By.TAG_NAME, "footer").text


@pytest.mark.parametrize("page", [("--embed",)], indirect=True, ids=["embedded"])
def test_previews_in_the_page_need_nothing_beside_it(page: Chrome, project: Path) -> None:
    first, _, third, broken = clips_of(project)
    for clip in (first, third):
        show(page, clip)
        WebDriverWait(page, 10).until(lambda browser: browser.execute_script(WIDTH) > 100)
        assert is_playing(page, "audio")
    show(page, broken)
    assert not page.find_elements(By.CSS_SELECTOR, "#clip-detail .media")
    assert complaints(page) == []
    assert "holds everything it shows" in page.find_element(By.TAG_NAME, "footer").text
    assert (project / "page.html").stat().st_size < 3_000_000


def test_media_of_the_project_file_are_used_and_what_is_missing_is_told(project: Path, blemore: Blemore) -> None:
    words = ("report", "--run", "one", "--no-shift", "--out", "page.html")
    done = blemore(*words, "--set", 'extract.media=["my clips"]', cwd=project)
    assert done.returncode == 0, done.stderr
    assert "my%20clips/" in (project / "page.html").read_text()
    gone = blemore(*words, "--set", "extract.media=[gone]", cwd=project)
    assert gone.returncode == 0
    assert "the page plays no clips" in gone.stderr
    assert "<video" not in (project / "page.html").read_text()
    assert blemore(*words, "--media", "gone", cwd=project).returncode == 3
    assert blemore(*words, "--embed", cwd=project).returncode == 2
    assert json.loads(blemore(*words, "--json", cwd=project).stdout)["bytes"] > 0
