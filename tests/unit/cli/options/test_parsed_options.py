from typing import Annotated, Any, Literal

import pytest
import typer
from typer.testing import CliRunner

from blemore_cli.cli.options.parsed_options import comma_separated, each_of, one_of, top_n_option
from blemore_cli.core import choices
from blemore_cli.core.errors import UsageError

Colour = Literal["red", "green"]


def app_of_colours() -> typer.Typer:
    app = typer.Typer()

    @app.command()
    def paint(colour: Annotated[list[Any] | None, each_of(Colour, "A colour.", default="all")] = None) -> None:
        typer.echo(f"painted {colour or []}")

    return app


@pytest.mark.parametrize(("words", "painted"), [([], []), (["--colour", "green", "--colour", "red"], ["green", "red"])])
def test_any_number_of_the_names_can_be_given(words: list[str], painted: list[str]) -> None:
    done = CliRunner().invoke(app_of_colours(), words)
    assert (done.exit_code, done.stdout) == (0, f"painted {painted}\n")


def test_a_former_name_stands_for_that_of_today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(choices.FORMER_NAMES, "verdant", "green")
    assert CliRunner().invoke(app_of_colours(), ["--colour", "verdant"]).stdout == "painted ['green']\n"


def test_another_name_is_a_usage_error_that_lists_them() -> None:
    done = CliRunner().invoke(app_of_colours(), ["--colour", "red", "--colour", "blue"])
    assert done.exit_code == 2
    assert "'blue' is not one of 'red', 'green'" in done.stderr


def test_help_shows_the_names_and_the_default() -> None:
    shown = CliRunner().invoke(app_of_colours(), ["--help"]).stdout
    assert "[red|green]" in shown
    assert "[default: (all)]" in shown


app = typer.Typer()


@app.command()
def show(top_n: Annotated[list[Any] | None, top_n_option("Encoders kept.")] = None) -> None:
    typer.echo(top_n or [])


def test_numbers_and_auto_are_taken_in_their_order() -> None:
    assert CliRunner().invoke(app, ["--top-n", "3", "--top-n", "auto"]).output == "[3, 'auto']\n"
    assert CliRunner().invoke(app, []).output == "[]\n"


@pytest.mark.parametrize("value", ["0", "-1", "2.5", "all", ""])
def test_anything_else_is_a_usage_error(value: str) -> None:
    result = CliRunner().invoke(app, ["--top-n", value])
    assert result.exit_code == 2
    assert "whole number" in result.output


def test_lists_with_commas_may_repeat_and_lack_no_part() -> None:
    assert comma_separated(["face, voice", "face", "body"], "--encoders") == ["face", "voice", "body"]
    assert comma_separated((), "--encoders") == []
    with pytest.raises(UsageError, match=r"--encoders is a list with commas, got 'face,,voice'"):
        comma_separated(["face,,voice"], "--encoders")


def test_a_name_that_is_none_of_them_is_refused_with_the_flag() -> None:
    assert one_of(("red", "green"), "green", "--colour") == "green"
    with pytest.raises(UsageError, match="--colour is one of red, green, got 'blue'"):
        one_of(("red", "green"), "blue", "--colour")
