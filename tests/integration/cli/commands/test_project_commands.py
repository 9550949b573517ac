"""`blemore init` and `blemore demo`."""

import json
from pathlib import Path

import pytest
from tests.integration.conftest import Blemore, parsed


def test_init_writes_a_project_that_index_reads(blemore: Blemore, planted: Path, tmp_path: Path) -> None:
    words = ["--features", planted / "features", "--train-metadata", planted / "train_metadata.csv"]
    words += ["--test-metadata", planted / "test_metadata.csv"]
    assert parsed(blemore("init", "project", *words, "--json", cwd=tmp_path)) == {"config": "project/blemore.yaml"}
    content = parsed(blemore("index", "--missing", "mask", "--json", cwd=tmp_path / "project"))
    assert (content["train"], content["test"]) == (140, 34)


def test_init_overwrites_nothing(blemore: Blemore, tmp_path: Path) -> None:
    (tmp_path / "blemore.yaml").write_text("mine")
    assert blemore("init", cwd=tmp_path).returncode == 3
    assert (tmp_path / "blemore.yaml").read_text() == "mine"


@pytest.mark.slow
def test_demo_runs_the_workflow_and_compares_with_the_answer(blemore: Blemore, tmp_path: Path) -> None:
    quick = ["--set", "train.max_epochs=5", "--set", "train.jobs=1"]
    done = blemore("demo", "here", "--clips", "232", "--json", *quick, cwd=tmp_path)
    content = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert content["precision"] > 1.5 * content["chance"]
    assert content["estimate"] > content["chance"]
    assert (tmp_path / "here" / "preds.csv").is_file()
    assert "figure-8" in (tmp_path / "here" / "report.html").read_text()
    assert (tmp_path / "here" / "runs" / "latest").read_text().strip() == "train-001"


def test_a_folder_with_brackets_and_spaces(blemore: Blemore, tmp_path: Path) -> None:
    done = blemore("init", "my [/x] folder", cwd=tmp_path)
    assert done.stdout == "wrote my [/x] folder/blemore.yaml\n"
    assert "cd 'my [/x] folder' && blemore index" in done.stderr
    assert "no test clips" in done.stderr


@pytest.mark.parametrize("command", ["init", "demo"])
def test_a_project_file_to_read_is_refused_by_what_writes_one(command: str, blemore: Blemore, tmp_path: Path) -> None:
    assert blemore(command, "there", "--config", "other.yaml", cwd=tmp_path).returncode == 2
    assert not (tmp_path / "there").exists()
