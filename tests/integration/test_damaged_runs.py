"""Damaged files of a finished run: no command takes another value for what was trained, and --resume makes it again."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.integration.conftest import TINY, Blemore

pytestmark = pytest.mark.slow

REPORT = ("report", "--run", "one", "--no-shift", "--out", "new.html")
SUBMIT = ("submit", "--run", "one", "--out", "new.csv")


def swapped(text: str) -> str:
    """Two probabilities of a row change places."""
    head, row, rest = text.split("\n", 2)
    cells = row.split(",")
    cells[-1], cells[-2] = cells[-2], cells[-1]
    return "\n".join([head, ",".join(cells), rest])


def cut(at: str) -> Callable[[str], str]:
    return lambda text: text[: text.index(at) + len(at)]


def other(old: str, new: str) -> Callable[[str], str]:
    return lambda text: re.sub(old, new, text, count=1)


CASES = [
    ("config.yaml", cut("aggregate: "), (REPORT, SUBMIT), "must name every key, and lacks"),
    ("config.yaml", cut("\ntrain:\n"), (REPORT, SUBMIT), "config.yaml"),
    (
        "config.yaml",
        other("max_epochs: 3", "max_epochs: 30"),
        (REPORT, SUBMIT),
        "not those that the run",
    ),
    ("oof.csv", swapped, (REPORT,), "oof.csv is damaged"),
    ("gate_oof.csv", other(r",0\.\d+", ",1.5"), (REPORT,), "weights must be a distribution"),
    ("log.jsonl", other("held_out_loss", "held_gut_loss"), (REPORT,), "held_gut_loss is not a known key"),
    ("log.jsonl", other(r'"loss": \d', '"loss": 9'), (REPORT,), "log.jsonl is damaged"),
    ("kind", other("train", "trin"), (REPORT,), "kind is damaged"),
    ("metrics.json", other(r'"n_actors": \d', '"n_actors": 1'), (REPORT, SUBMIT), "metrics.json is damaged"),
    (
        "checkpoints/seed0-fold0/model.json",
        other(r'"n_epochs": \d', '"n_epochs": 9'),
        (SUBMIT,),
        "model.json is damaged",
    ),
]


@pytest.mark.parametrize(("file", "damage", "commands", "named"), CASES)
def test_another_value_is_refused(
    trained: Path,
    blemore: Blemore,
    file: str,
    damage: Callable[[str], str],
    commands: tuple[tuple[str, ...], ...],
    named: str,
) -> None:
    path = trained / "runs/one" / file
    before = path.read_text()
    path.write_text(damage(before))
    assert path.read_text() != before
    for words in commands:
        done = blemore(*words, cwd=trained)
        assert (done.returncode, named in done.stderr) == (4, True), done.stderr
        assert "fix:" in done.stderr
    assert not [name for name in ("new.html", "new.csv") if (trained / name).exists()]


def test_results_are_made_again_and_notes_are_the_user_s(trained: Path, blemore: Blemore) -> None:
    run = trained / "runs/one"
    names = ("oof.csv", "metrics.json", "log.jsonl", "done")
    before = {name: (run / name).read_bytes() for name in names}
    (run / "notes.txt").write_text("mine")
    (run / "oof.csv").write_text(swapped((run / "oof.csv").read_text()))
    (run / "log.jsonl").unlink()
    (run / "done").write_text("")
    done = blemore("train", "--top-n", "1", "--name", "one", *TINY, "--resume", cwd=trained)
    assert done.returncode == 0, done.stderr
    assert {name: (run / name).read_bytes() for name in names[:3]} == {name: before[name] for name in names[:3]}
    assert blemore(*REPORT, cwd=trained).returncode == 0
    assert (run / "notes.txt").read_text() == "mine"
