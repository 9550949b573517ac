"""The page of `blemore report` in a real browser: it works, complains of nothing, and asks nobody for anything."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.select import Select
from tests.fixtures.report import write_clips, write_model
from tests.integration.conftest import Blemore

from blemore_cli.core.files import write_json
from blemore_cli.core.labels import EMOTIONS, LABEL_CODES
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.experiments.runs.predictors_record import Predictors

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("report_browser")]  # one page and one browser for all

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1280,1000"),
)
PAGE = 60
WIDER = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
"""Pixels by which something is wider than the window."""
CUT = (
    "return [...document.querySelectorAll('#predictors svg text')].filter((text) => text.getBoundingClientRect().left"
    " < text.ownerSVGElement.getBoundingClientRect().left).map((text) => text.textContent)"
)
"""Names that begin outside of their figure."""
HOSTILE_NAMES = (
    "<img src=x onerror=pwned=1>",
    "{{7*7}}${7*7}\"'><svg onload=pwned=1>",
    "<!--<script>pwned=1<\u2215script>]]>&lt;b&gt;",
)
"""Starts of names of clips and actors."""
HOSTILE_COLUMNS = (
    "<img src=x onerror=pwned=1>",
    '"><script>pwned=1</script>',
    "</script></svg></title></style><script>pwned=1</script>",
    "{{7*7}}{% raw %}",
    "javascript:pwned=1",
    "\u202edlo\u202c \u2066mirror",
    "&lt;b&gt; &amp;",
    "long" * 100,
)
"""Names of columns, which a table of features may give; encoders and runs have letters, digits and _.+- alone."""


def found_browser() -> tuple[str, str]:
    """A Chromium and its driver; without them the tests fail where they are required, and are skipped elsewhere."""
    browser, driver = next(filter(None, map(shutil.which, BROWSERS)), None), shutil.which("chromedriver")
    if browser and driver:
        return browser, driver
    reason = f"no browser for the report: one of {', '.join(BROWSERS)} and chromedriver must be on PATH"
    if os.environ.get("BLEMORE_REQUIRE_BROWSER"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def chrome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """A headless Chromium with a profile of its own, which keeps logs of its console and its requests."""
    browser, driver = found_browser()
    options = ChromeOptions()
    options.binary_location = browser
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    started = Chrome(options=options, service=Service(driver))
    yield started
    started.quit()


@pytest.fixture(scope="module")
def project(chrome: Chrome, trained_once: Path, blemore: Blemore, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a train run, an ablation, and a page about both."""
    folder = Path(shutil.copytree(trained_once, tmp_path_factory.mktemp("opened") / "project"))
    done = blemore("report", "--run", "one", "--run", "arms", "--no-shift", "--quiet", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def page(chrome: Chrome, project: Path) -> Chrome:
    """The browser with the page freshly opened and its logs empty before that."""
    for log in ("browser", "performance"):
        chrome.get_log(log)  # type: ignore[no-untyped-call]
    chrome.get((project / "report.html").as_uri())
    return chrome


@pytest.fixture
def oof(project: Path) -> pd.DataFrame:
    """What the model says, from the run's own file."""
    return pd.read_csv(project / "runs/one/oof.csv", keep_default_na=False)


def part(page: Chrome, name: str) -> WebElement:
    return page.find_element(By.ID, name)


def rows(page: Chrome) -> list[WebElement]:
    return part(page, "clip-rows").find_elements(By.TAG_NAME, "tr")


def n_found(page: Chrome) -> int:
    """How many clips the browser says that it has found."""
    return int(part(page, "clip-count").text.split(" of ")[0])


def choose(page: Chrome, filter_: str, text: str) -> None:
    Select(part(page, f"clip-{filter_}")).select_by_visible_text(text)


def requests(page: Chrome) -> set[str]:
    """Addresses that were asked for since the logs were read last."""
    log: list[dict[str, Any]] = page.get_log("performance")  # type: ignore[no-untyped-call]
    events = [json.loads(entry["message"])["message"] for entry in log]
    sent = [event["params"] for event in events if event["method"] == "Network.requestWillBeSent"]
    return {each["request"]["url"] for each in sent}


def complaints(page: Chrome) -> list[dict[str, Any]]:
    """What the console says, warnings too."""
    log: list[dict[str, Any]] = page.get_log("browser")  # type: ignore[no-untyped-call]
    return log


def texts(within: WebElement, selector: str) -> list[str]:
    """The text that is seen of each element."""
    return [element.text for element in within.find_elements(By.CSS_SELECTOR, selector)]


def emotions(text: str) -> set[str]:
    """The emotions in a label as the page spells it."""
    return {word for word in text.split() if word in EMOTIONS}


def probabilities(table: WebElement) -> dict[str, float]:
    """The percentage of each permitted label: that of a single in its row, those of a blend in three columns."""
    found = {}
    for row in table.find_elements(By.CSS_SELECTOR, "tbody tr"):
        name, cells = row.find_element(By.TAG_NAME, "th").text, texts(row, "td")
        if "+" not in name:
            found[name] = float(cells[0])
        for ratio, cell in zip(("70_30", "50_50", "30_70"), cells[2:], strict=False):
            found[f"{name.replace('+', '_')}_{ratio}"] = float(cell)
    return found


def test_it_opens_without_a_word_and_asks_for_nothing(page: Chrome, project: Path, oof: pd.DataFrame) -> None:
    part(page, "clip-search").send_keys("A1")
    choose(page, "kind", "blend")
    assert 0 < n_found(page) < len(oof)
    rows(page)[0].find_element(By.TAG_NAME, "button").click()
    address = (project / "report.html").as_uri()
    of_browser = "data:", "chrome:"  # the last as for the page of a new tab
    assert {url for url in requests(page) if not url.startswith(of_browser)} == {address}
    assert page.execute_script("return performance.getEntriesByType('resource').length") == 0
    assert complaints(page) == []


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_hostile_names_stay_text(
    chrome: Chrome,
    blemore: Blemore,
    tmp_path: Path,
    name: str,
    explanation_content: dict[str, Any],
    predictors: Predictors,
) -> None:
    run = RunFolder(tmp_path / "runs" / "one")
    write_model(run, write_clips(tmp_path / "index.h5", clip=name, person=name))
    (run.path / "kind").write_text("train\n")
    groups = tuple(predictors.groups[0].model_copy(update={"name": column}) for column in HOSTILE_COLUMNS)
    measured = predictors.model_copy(update={"groups": groups}).model_dump(mode="json")
    write_json(run.path / "explain" / "explain.json", explanation_content | {"predictors": measured})
    run.mark_finished()
    done = blemore("report", "--run", "one", "--no-shift", "--stale", "allow", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    for log in ("browser", "performance"):
        chrome.get_log(log)  # type: ignore[no-untyped-call]
    chrome.get((tmp_path / "report.html").as_uri())
    part(chrome, "clip-search").send_keys("001")
    rows(chrome)[0].find_element(By.TAG_NAME, "button").click()
    assert name in rows(chrome)[0].text
    shown = chrome.execute_script("return document.body.textContent")
    assert [column for column in HOSTILE_COLUMNS if column not in shown] == []
    assert chrome.execute_script(WIDER) <= 0
    assert chrome.execute_script(CUT) == []
    assert chrome.execute_script("return window.pwned") is None
    assert {url for url in requests(chrome) if not url.startswith("data:")} == {(tmp_path / "report.html").as_uri()}
    assert complaints(chrome) == []


def test_its_policy_forbids_what_it_does_not_do(page: Chrome) -> None:
    page.set_script_timeout(5)
    forbidden = page.execute_async_script(
        "const done = arguments[0];"
        "document.addEventListener('securitypolicyviolation', (event) => done(event.effectiveDirective));"
        "fetch('http://127.0.0.1:9/').catch(() => {});"
    )
    assert forbidden == "connect-src"
    assert {entry["level"] for entry in complaints(page)} == {"SEVERE"}  # so the console is heard


def test_search_finds_a_clip(page: Chrome, oof: pd.DataFrame) -> None:
    assert n_found(page) == len(oof)
    assert len(rows(page)) == min(PAGE, len(oof))
    wanted = oof["filename"].iloc[len(oof) // 2]
    part(page, "clip-search").send_keys(wanted.upper())
    assert n_found(page) == len(rows(page)) == 1
    assert rows(page)[0].find_element(By.TAG_NAME, "button").text == wanted
    part(page, "clip-search").send_keys(" nowhere")
    assert (n_found(page), rows(page)) == (0, [])
    assert "No clip fits" in part(page, "clip-detail").text


def test_filters_narrow_the_list_together(page: Chrome, project: Path, oof: pd.DataFrame) -> None:
    truth = pd.read_csv(project / "train_metadata.csv", keep_default_na=False).set_index("filename")
    own = truth.loc[oof["filename"]]
    blends = own["mix"].to_numpy() == 1
    choose(page, "kind", "blend")
    assert n_found(page) == blends.sum()
    actor = str(own["video_id"].iloc[0])
    choose(page, "actor", actor)
    both = blends & (own["video_id"].astype(str).to_numpy() == actor)
    assert n_found(page) == len(rows(page)) == both.sum()
    counts = []
    for outcome in ("label right", "set right, salience wrong", "set wrong"):
        choose(page, "outcome", outcome)
        counts.append(n_found(page))
    assert sum(counts) == both.sum()


def test_more_rows_are_shown_when_asked(page: Chrome, oof: pd.DataFrame) -> None:
    part(page, "clip-more").click()
    assert len(rows(page)) == min(2 * PAGE, len(oof))


def test_order_puts_the_least_probable_truth_first(page: Chrome) -> None:
    choose(page, "order", "truth least probable first")
    shown = [float(row.text.split()[-2]) for row in rows(page)]
    assert shown == sorted(shown)
    assert shown[0] < shown[-1]


def test_a_clip_shows_truth_prediction_and_36_probabilities(page: Chrome, project: Path, oof: pd.DataFrame) -> None:
    rows(page)[7].find_element(By.TAG_NAME, "button").click()
    name = rows(page)[7].find_element(By.TAG_NAME, "button").text
    clip = oof.set_index("filename").loc[name]
    detail = part(page, "clip-detail")
    assert detail.find_element(By.TAG_NAME, "h3").text == name
    facts = dict(zip(*(texts(detail, f"dl {tag}") for tag in ("dt", "dd")), strict=True))
    assert emotions(facts["prediction"]) == {clip["emotion_1"], clip["emotion_2"]} - {""}
    truth = pd.read_csv(project / "train_metadata.csv", keep_default_na=False).set_index("filename").loc[name]
    assert emotions(facts["truth"]) == {truth["emotion_1"], truth["emotion_2"]} - {""}
    assert facts["model"] == "one"
    table = detail.find_elements(By.TAG_NAME, "table")[0]
    shown = probabilities(table)
    assert shown == pytest.approx({code: 100 * clip[f"p_{code}"] for code in LABEL_CODES}, abs=0.08)
    assert len(shown) == 36
    assert len(table.find_elements(By.CSS_SELECTOR, ".truth")) == 1
    assert len(table.find_elements(By.CSS_SELECTOR, ".said")) == 1


def test_another_model_says_something_else(page: Chrome, project: Path) -> None:
    shown = texts(part(page, "clip-rows"), "td:last-child")
    choose(page, "model", "arms · random")
    assert texts(part(page, "clip-rows"), "td:last-child") != shown
    assert "arms · random" in part(page, "clip-detail").text


def test_a_run_is_hidden_and_comes_back(page: Chrome) -> None:
    box = page.find_element(By.CSS_SELECTOR, "[data-switch=arms]")
    own = page.find_elements(By.CSS_SELECTOR, "main [data-of=arms]")
    others = page.find_elements(By.CSS_SELECTOR, "main figure[data-of=one]")
    for there in (False, True):
        box.click()
        assert {element.is_displayed() for element in own} == {there}
        assert {element.is_displayed() for element in others} == {True}


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_window(page: Chrome, width: int) -> None:
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    page.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    wider = page.execute_script(WIDER)
    page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert wider <= 0
