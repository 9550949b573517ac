"""The command as a whole: its help, its version, its speed of starting."""

import json
from importlib import metadata

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from blemore_cli import __version__
from blemore_cli.cli.app import app

COMMANDS = [
    *("demo", "init", "index", "inspect", "identify", "train", "cv", "workers"),
    *("ablate", "baseline", "explain", "stress", "report", "submit", "evaluate"),
]


def test_help_lists_the_commands_in_the_order_of_the_workflow() -> None:
    text = CliRunner().invoke(app, ["--help"]).output
    positions = [text.index(f"│ {command} ") for command in COMMANDS]
    assert positions == sorted(positions)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_the_shared_options(command: str) -> None:
    result = CliRunner().invoke(app, [command, "--help"])
    assert result.exit_code == 0
    for option in ("--config", "--set", "--json", "--quiet", "--debug"):
        assert option in result.output


def test_every_option_and_argument_is_explained() -> None:
    commands = get_command(app).commands  # type: ignore[attr-defined]
    unexplained = [
        (name, option.name)
        for name, command in commands.items()
        for option in command.params
        if not (option.help or "").strip()
    ]
    assert len(commands) > 14
    assert unexplained == []


def test_version() -> None:
    assert CliRunner().invoke(app, ["--version"]).output == f"blemore {__version__}\n"


def test_versions_of_what_shapes_numbers() -> None:
    for words in (["--version", "--json"], ["--json", "--version"]):
        answer = json.loads(CliRunner().invoke(app, words).stdout)
        assert answer["blemore"] == __version__
        assert answer["torch"].startswith(metadata.version("torch").split("+")[0])
    for words in (["--json"], ["--json", "train"]):
        refused = CliRunner().invoke(app, words)
        assert refused.exit_code == 2
        assert "with --version" in refused.stdout + refused.stderr


def test_a_wrong_option_is_a_usage_error() -> None:
    assert CliRunner().invoke(app, ["train", "--nonsense"]).exit_code == 2
