"""Options declared once, as the fields of a dataclass."""

import inspect
from dataclasses import dataclass
from typing import Annotated

import typer
from typer.testing import CliRunner

from blemore_cli.cli.command import Session, register
from blemore_cli.cli.options.option_group import flags, grouped


@dataclass(frozen=True)
class Where:
    place: Annotated[str, typer.Option(help="Where.")]
    level: Annotated[int, typer.Option(help="Which floor.")] = 0


def go(where: Where, speed: int = 1) -> None: ...


PARAMETERS = list(inspect.signature(go).parameters.values())


def test_a_group_is_its_fields_in_the_place_of_the_group() -> None:
    found = flags(PARAMETERS)
    assert [each.name for each in found] == ["place", "level", "speed"]
    assert [each.default for each in found] == [inspect.Parameter.empty, 0, 1]
    assert all(each.kind is inspect.Parameter.KEYWORD_ONLY for each in found)


def test_the_values_become_the_arguments_again() -> None:
    assert grouped(PARAMETERS, {"speed": 3, "place": "here", "level": 2}) == {"where": Where("here", 2), "speed": 3}


def test_a_command_takes_a_group() -> None:
    app = typer.Typer()
    seen: list[tuple[Where, int]] = []

    def walk(session: Session, where: Where, speed: int = 1) -> None:
        seen.append((where, speed))

    register(app, walk, panel="x")
    assert CliRunner().invoke(app, ["--place", "there", "--speed", "5"]).exit_code == 0
    assert seen == [(Where("there"), 5)]
    assert CliRunner().invoke(app, []).exit_code == 2
