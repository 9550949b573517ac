"""The options that every command of training has."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from blemore_cli.cli.completion import complete_encoders, complete_run
from blemore_cli.core.choices import Protocol

if TYPE_CHECKING:
    from blemore_cli.core.config import Config

RUN = "Run and machine"

Seeds = Annotated[int, typer.Option(help="Number of seeds.", min=1, max=1000)]
"""How many seeds; each command has a default of its own."""


@dataclass(frozen=True)
class TrainingOptions:
    """What is trained on, by which protocol, as which run, and where."""

    encoders: Annotated[
        str | None,
        typer.Option(
            help="Encoders to use.",
            metavar="A,B,...",
            show_default="all",
            rich_help_panel=RUN,
            autocompletion=complete_encoders,
        ),
    ] = None
    protocol: Annotated[
        Protocol | None,
        typer.Option(
            help="nested, or official: epoch and thresholds chosen on the fold that is scored, as published.",
            rich_help_panel=RUN,
        ),
    ] = None
    seed: Annotated[
        int | None,
        typer.Option(help="Seed of every random stream; the first where there are more.", min=0, rich_help_panel=RUN),
    ] = None
    name: Annotated[
        str | None,
        typer.Option(
            help="Name of the run.",
            show_default="the command's name and a number",
            rich_help_panel=RUN,
            autocompletion=complete_run,
        ),
    ] = None
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an unfinished run.", rich_help_panel=RUN)] = False
    device: Annotated[str | None, typer.Option(help="auto, cpu, cuda or cuda:N.", rich_help_panel=RUN)] = None
    jobs: Annotated[int | None, typer.Option(help="Processes; 0 is one for each core.", min=0, rich_help_panel=RUN)] = (
        None
    )

    tensorboard: Annotated[
        bool,
        typer.Option(
            "--tensorboard",
            help="Write event files for TensorBoard, too; an extra.",
            rich_help_panel=RUN,
        ),
    ] = False

    @property
    def changes(self) -> dict[str, Any]:
        """The configuration keys that these options set; None where one is not given."""
        return {
            "model.encoders": self.encoders.split(",") if self.encoders is not None else None,
            "train.seed": self.seed,
            "train.protocol": self.protocol,
            "train.device": self.device,
            "train.jobs": self.jobs,
        }


def first_seeds(config: "Config", n: int) -> list[int]:
    """The configured seed and those after it."""
    return list(range(config.train.seed, config.train.seed + n))
