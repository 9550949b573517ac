from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from blemore_cli.cli.options.top_n_option import top_n_option

app = typer.Typer()


@app.command()
def show(top_n: Annotated[list[str] | None, top_n_option("Encoders kept.")] = None) -> None:
    typer.echo(top_n or [])


def test_numbers_and_auto_are_taken_in_their_order() -> None:
    assert CliRunner().invoke(app, ["--top-n", "3", "--top-n", "auto"]).output == "['3', 'auto']\n"
    assert CliRunner().invoke(app, []).output == "[]\n"


@pytest.mark.parametrize("value", ["0", "-1", "2.5", "all", ""])
def test_anything_else_is_a_usage_error(value: str) -> None:
    result = CliRunner().invoke(app, ["--top-n", value])
    assert result.exit_code == 2
    assert "whole number" in result.output
