"""`blemore tune`: a search, its files, and what is refused."""

import json
from pathlib import Path

import pandas as pd
import pytest
import yaml
from tests.integration.conftest import TINY, Attempt, Blemore, parsed

from blemore_cli.core.parallel import dask_engine

pytestmark = pytest.mark.slow


def test_settings_are_searched_and_the_next_step_trains_them(tiny: Path, blemore: Blemore) -> None:
    (tiny / "space.yaml").write_text("train.learning_rate: {low: 0.001, high: 0.1, log: true}\nmodel.top_n: [1, 2]\n")
    words = ("tune", "--trials", "3", "--space", "space.yaml", *TINY, "--name", "search")
    content = parsed(blemore(*words, "--json", cwd=tiny))
    assert content.keys() >= {"run", "trials", "best", "inner_score", "oof"}
    assert (content["run"], content["trials"], len(content["winners"])) == ("search", 3, 5)
    folder = tiny / "runs/search"
    assert json.loads((folder / "metrics.json").read_text()) == content
    assert yaml.safe_load((folder / "best.yaml").read_text()) == content["best"]
    assert len(pd.read_csv(folder / "trials.csv")) == 3
    assert {path.name for path in folder.glob("tuning.*")} == {"tuning.pdf", "tuning.png", "tuning.svg"}
    assert not list(folder.glob("trials/*/inner"))
    files = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != "lock"}
    again = blemore(*words, "--resume", cwd=tiny)
    assert again.returncode == 0, again.stderr
    assert "choice of the inner folds" in again.stdout
    assert "Next: blemore train" in again.stderr
    assert {path: path.read_bytes() for path in files} == files


def test_it_is_not_taken_for_a_run_of_models(tiny: Path, blemore: Blemore, attempt: Attempt) -> None:
    (tiny / "one.yaml").write_text("model.top_n: [1, 2]\n")
    done = blemore("tune", "--trials", "2", "--space", "one.yaml", *TINY, "--name", "other", "--quiet", cwd=tiny)
    assert done.returncode == 0, done.stderr
    for words in (["report", "--run", "other"], ["submit", "--run", "other", "--out", "p.csv"], ["explain"]):
        named = words if "--run" in words else [*words, "--run", "other"]
        code, _, error = attempt(*named, cwd=tiny)
        assert code in (2, 4), error
        assert "other" in error


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["--trials", "1"], 2, "--trials"),
        (["--seconds", "-1"], 2, "--seconds"),
        (["--protocol", "official"], 2, "chooses by inner folds"),
        (["--space", "gone.yaml"], 3, "gone.yaml"),
        (["--tensorboard"], 2, "no event files"),
    ],
)
def test_what_cannot_be_searched_is_refused(
    tiny: Path, attempt: Attempt, words: list[str], code: int, message: str
) -> None:
    found, _, error = attempt("tune", *words, cwd=tiny)
    assert found == code, error
    assert message in error


def test_a_device_of_workers_is_not_looked_for_here(
    tiny: Path, attempt: Attempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(dask_engine, "CONNECT_SECONDS", 0.2)
    elsewhere = ("--engine", "dask", "--address", "tcp://127.0.0.1:9")
    code, _, error = attempt("tune", "--trials", "2", "--device", "cuda:99", *TINY, *elsewhere, cwd=tiny)
    assert (code, "a Dask scheduler must be at" in error) == (4, True), error
