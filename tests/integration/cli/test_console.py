"""What is printed where."""

import errno
import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
import typer
from rich.console import Console

from blemore_cli.cli.console import Output, exit_codes, table
from blemore_cli.core.errors import SubmissionError


def test_json_is_all_that_stdout_gets(capsys: pytest.CaptureFixture[str]) -> None:
    Output(as_json=True).result({"score": 0.5}, table("title", "a", rows=[["1"]]), next_step="blemore submit")
    captured = capsys.readouterr()
    assert json.loads(captured.out) == {"score": 0.5}
    assert captured.err == ""


def test_tables_go_to_stdout_and_the_next_step_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    Output().result({}, table("title [x]", "name", "n", rows=[["[bold]", "12"]]), next_step="blemore submit")
    captured = capsys.readouterr()
    assert [line.split() for line in captured.out.splitlines()] == [["title", "[x]"], ["name", "n"], ["[bold]", "12"]]
    assert "blemore submit" in captured.err


def test_names_from_files_command_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    hostile = "\x1b]0;owned\x07\x1b[2J\x9b2J\u202egnp\r\b"
    output = Output()
    output.note(hostile)
    output.failed(SubmissionError(hostile, fix=hostile))
    output.result({}, table(hostile, hostile, rows=[[hostile]]), hostile, next_step=hostile)
    captured = capsys.readouterr()
    assert set(captured.out + captured.err).isdisjoint("\x1b\x07\x9b\u202e\r\b")
    assert "owned" in captured.out


def test_quiet_says_nothing_but_results(capsys: pytest.CaptureFixture[str]) -> None:
    output = Output(quiet=True)
    output.note("noted")
    with output.progress() as tell:
        tell("work", 1, 2)
    output.result({}, "result", next_step="more")
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("result\n", "")


def test_progress_of_short_work_leaves_nothing_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    with Output().progress() as tell:
        tell("work", 0, 2)
        tell("work", 1.5, 2)
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "")


@pytest.mark.parametrize(("error", "code"), [(SubmissionError("no"), 5), (KeyboardInterrupt(), 130)])
def test_exit_codes(error: BaseException, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as caught, exit_codes(Output()):
        raise error
    assert caught.value.exit_code == code
    assert capsys.readouterr().out == ""


def test_steps_inside_another_command_have_no_next_step(capsys: pytest.CaptureFixture[str]) -> None:
    Output(guides=False).result({}, "result", next_step="blemore train")
    assert capsys.readouterr().err == ""


def test_in_a_narrow_terminal_numbers_stay_whole_and_names_are_folded() -> None:
    rows = [["a_long_name_of_an_encoder", "0.431", "0.415-0.444"]]
    narrow = Console(width=36, file=StringIO())
    narrow.print(table("title", "encoder", "kept", "95 % CI", rows=rows))
    lines = str(narrow.file.getvalue()).splitlines()  # type: ignore[attr-defined]
    assert lines[2].split() == ["a_long_name_of_a", "0.431", "0.415-0.444"]
    assert [line.strip() for line in lines[3:]] == ["n_encoder"]


def test_plain_lines_are_not_markup(capsys: pytest.CaptureFixture[str]) -> None:
    Output().result({}, "wrote a [x]/[/x].yaml")
    assert capsys.readouterr().out == "wrote a [x]/[/x].yaml\n"


def test_a_table_that_is_too_wide_loses_no_column(capsys: pytest.CaptureFixture[str]) -> None:
    output = Output(stdout=Console(width=12))
    output.result({}, table("t", "name", "a", "b", "c", rows=[["x", "0.123", "0.456", "0.789"]]))
    assert "0.789" in capsys.readouterr().out


def test_a_reader_that_goes_away_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr("os.dup2", lambda *_: None)
    output = Output()
    monkeypatch.setattr(output.stdout, "_write_buffer", gone)
    with pytest.raises(typer.Exit) as caught, exit_codes(output):
        output.result({}, "result")
    assert caught.value.exit_code == 0


def test_an_interruption_is_told_in_json_too(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit), exit_codes(Output(as_json=True)):
        raise KeyboardInterrupt
    assert json.loads(capsys.readouterr().out)["exit_code"] == 130


def test_a_full_disk_behind_stdout_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    class Full(StringIO):
        def write(self, _: str) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(typer.Exit) as caught, exit_codes(Output()):
        Output(stdout=Console(file=Full())).result({}, "result")
    assert caught.value.exit_code == 4
    assert "No space left" in capsys.readouterr().err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no device that is always full")
@pytest.mark.parametrize(
    ("words", "stdout", "stderr"),
    [("--help", "/dev/full", os.devnull), ("--version", "/dev/full", os.devnull), ("none", os.devnull, "/dev/full")],
)
def test_a_full_disk_behind_the_output_of_a_process_is_no_traceback(words: str, stdout: str, stderr: str) -> None:
    """The exit code is that of an artefact, for an error that stderr does not take, too."""
    with open(stdout, "w") as out, open(stderr, "w") as err:  # noqa: PTH123
        command = [sys.executable, "-m", "blemore_cli", *words.split()]
        assert subprocess.run(command, stdout=out, stderr=err, check=False).returncode == 4


def test_a_full_disk_is_told_on_stderr() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "blemore_cli", "--version"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.stderr == "error: the output must be writable: No space left on device\n"
