"""The options that every command shares, and options declared once, as the fields of a dataclass."""

import inspect
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from blemore_cli.cli.command import Session, flags, grouped, register
from blemore_cli.cli.console import Output
from blemore_cli.core.errors import DataError


@pytest.fixture
def app() -> typer.Typer:
    """Two commands: one shows a key of the configuration, one fails."""
    result = typer.Typer()

    def show(session: Session, top_n: int | None = None) -> None:
        config = session.config({"model.top_n": top_n})
        session.output.result({"top_n": config.model.top_n, "index": str(config.data.index)}, "a table")

    def fail(session: Session) -> None:
        raise DataError("needs this, got that", fix="Do it.")

    register(result, show, panel="x")
    register(result, fail, panel="x")
    return result


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "blemore.yaml").write_text("model: {top_n: 5}\n")
    (tmp_path / "other.yaml").write_text("model: {top_n: 7}\n")
    return tmp_path


@pytest.mark.parametrize(
    ("words", "top_n"),
    [
        ([], 5),
        (["--config", "other.yaml"], 7),
        (["--set", "model.top_n=2"], 2),
        (["--set", "model.top_n=2", "--top-n", "3"], 3),
    ],
)
def test_flags_beat_overrides_beat_the_file(app: typer.Typer, words: list[str], top_n: int) -> None:
    output = CliRunner().invoke(app, ["show", "--json", *words]).stdout
    assert f'"top_n": {top_n}' in output


def test_an_error_is_told_with_its_fix_and_its_code(app: typer.Typer) -> None:
    plain = CliRunner().invoke(app, ["fail"])
    assert (plain.exit_code, plain.stdout) == (3, "")
    assert plain.stderr == "error: needs this, got that\nfix: Do it.\n"
    assert "Traceback" in CliRunner().invoke(app, ["fail", "--debug"]).stderr
    assert '"exit_code": 3' in CliRunner().invoke(app, ["fail", "--json"]).stdout


def test_a_wrong_value_of_a_flag_is_a_usage_error(app: typer.Typer) -> None:
    result = CliRunner().invoke(app, ["show", "--top-n", "0"])
    assert result.exit_code == 2
    assert "model.top_n" in result.stderr


@pytest.mark.parametrize(
    ("path", "overrides", "step"),
    [
        (None, (), "blemore submit --out 'my preds.zip'"),
        (Path("a b.yaml"), (), "blemore submit --out 'my preds.zip' --config 'a b.yaml'"),
        (None, ("runs=r2", "train.seed=1"), "blemore submit --out 'my preds.zip' --set runs=r2"),
    ],
)
def test_the_next_step_is_of_the_same_project_and_runs(
    path: Path | None, overrides: tuple[str, ...], step: str
) -> None:
    assert Session(path, overrides, Output()).next_step("submit", "--out", "my preds.zip") == step


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
