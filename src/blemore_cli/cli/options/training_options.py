"""Options of the commands that train."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from blemore_cli.cli.completion import complete_encoders
from blemore_cli.cli.options.stale_option import StaleOption
from blemore_cli.core.choices import EngineName, Protocol
from blemore_cli.core.parallel.backend import Backend

if TYPE_CHECKING:
    from blemore_cli.cli.console import Output
    from blemore_cli.core.config.schema import Config
    from blemore_cli.experiments.runs.folder import RunFolder

_option = partial(typer.Option, rich_help_panel="Run and machine")

Seeds = Annotated[int, typer.Option(help="Number of seeds.", min=1, max=1000)]
"""How many seeds; each command has a default of its own."""


@dataclass(frozen=True)
class TrainingOptions:
    """What is trained on, by which protocol, as which run, and where."""

    encoders: Annotated[
        str | None,
        _option(help="Encoders to use.", metavar="A,B,...", show_default="all", autocompletion=complete_encoders),
    ] = None
    protocol: Annotated[
        Protocol | None,
        _option(help="nested, or official: epoch and thresholds chosen on the fold that is scored, as published."),
    ] = None
    seed: Annotated[int | None, _option(help="Seed of every random stream; the first of several.", min=0)] = None
    name: Annotated[
        str | None,
        _option(help="Name of the run.", show_default="the command's name and a number"),
    ] = None
    resume: Annotated[bool, _option("--resume", help="Go on with an unfinished run.")] = False
    device: Annotated[str | None, _option(help="auto, cpu, cuda or cuda:N.")] = None
    stale: StaleOption = "error"
    jobs: Annotated[int | None, _option(help="Processes; 0 is one for each core.", min=0)] = None
    engine: Annotated[
        EngineName | None,
        _option(
            help="Workers of this machine, or of a Dask scheduler (docs/cluster.md); an extra.",
            envvar="BLEMORE_ENGINE",
            show_default="local, or dask with an address",
        ),
    ] = None
    address: Annotated[
        str | None,
        _option(help="The scheduler of --engine dask.", metavar="tcp://HOST:PORT", envvar="BLEMORE_ADDRESS"),
    ] = None
    slots: Annotated[
        int | None,
        _option(
            help="Processes that stacks of models are planned for; with them a run has the same bytes on any machine.",
            min=1,
            max=999_999,
            show_default="cores here, or workers that are connected, when the run begins",
        ),
    ] = None
    tensorboard: Annotated[bool, _option("--tensorboard", help="Event files for TensorBoard, too; an extra.")] = False

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

    @property
    def is_local(self) -> bool:
        """Whether models are trained on this machine."""
        return (self.engine or ("dask" if self.address else "local")) == "local"

    def backend(self, note: Callable[[str], None]) -> Backend:
        """The engine that they ask for; an address asks for dask."""
        return Backend("local" if self.is_local else "dask", self.address or "", self.slots, note)

    @contextmanager
    def run_folder(self, config: "Config", kind: str) -> Iterator["RunFolder"]:
        """Opens the run folder, once every option can be met, and keeps other commands from it inside the block."""
        from blemore_cli.experiments.runs.start import start_run
        from blemore_cli.reporting.event_files import check_event_folder, check_tensorboard

        if self.tensorboard:
            check_tensorboard()
        if not self.is_local:
            from blemore_cli.core.parallel.dask_engine import check_scheduler

            check_scheduler(self.address or "")
        run = start_run(config.runs, config, kind=kind, name=self.name, resume=self.resume)
        with run.locked():
            if self.tensorboard:
                check_event_folder(run)
            yield run

    def add_extras(self, run: "RunFolder", output: "Output") -> None:
        """Writes the event files of a finished run, where they are wanted."""
        from blemore_cli.reporting.event_files import write_event_files

        if self.tensorboard:
            with run.locked():
                output.note(f"event files are in {write_event_files(run)}")


def first_seeds(config: "Config", n: int) -> list[int]:
    """The configured seed and those after it."""
    return list(range(config.train.seed, config.train.seed + n))
