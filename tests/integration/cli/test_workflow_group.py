"""What Typer refuses is told like every other error."""

import json

import pytest
from typer.testing import CliRunner

from blemore_cli.cli.app import app

REFUSED = {
    "no such command": (["trian"], "No such command 'trian'. Did you mean 'train'?", "blemore"),
    "no such option": (
        ["train", "--top-m", "3"],
        "No such option: --top-m (Possible options: --top-n)",
        "blemore train",
    ),
    "missing option": (["submit"], "Missing option '--out'", "blemore submit"),
    "wrong choice": (["ablate", "--heads", "x"], "Invalid value for '--heads': 'x' is not one of", "blemore ablate"),
    "wrong number": (["train", "--seeds", "0"], "Invalid value for '--seeds'", "blemore train"),
    "wrong option of all": (["--nonsense"], "No such option: --nonsense", "blemore"),
}


@pytest.mark.parametrize(("words", "message", "path"), REFUSED.values(), ids=REFUSED)
def test_a_usage_error_has_its_fix_and_its_code(words: list[str], message: str, path: str) -> None:
    done = CliRunner().invoke(app, words, prog_name="blemore")
    assert (done.exit_code, done.stdout) == (2, "")
    error, fix = done.stderr.splitlines()
    assert error.startswith(f"error: {message}")
    assert fix == f"fix: See `{path} --help`."


def test_with_json_it_is_an_object() -> None:
    done = CliRunner().invoke(app, ["train", "--top-m", "3", "--json"], prog_name="blemore")
    content = json.loads(done.stdout)
    assert (content["exit_code"], done.exit_code) == (2, 2)
    assert content["error"].startswith("No such option: --top-m")


def test_without_a_command_there_is_help_and_no_error() -> None:
    done = CliRunner().invoke(app, [], prog_name="blemore")
    assert done.exit_code == 2
    assert done.output.count("Usage:") == 1
    assert "error" not in done.stderr


def test_help_is_no_error() -> None:
    assert CliRunner().invoke(app, ["train", "--help"], prog_name="blemore").exit_code == 0


def test_debug_shows_where_it_was_refused() -> None:
    done = CliRunner().invoke(app, ["train", "--top-m", "3", "--debug"], prog_name="blemore")
    assert "Traceback" in done.stderr
