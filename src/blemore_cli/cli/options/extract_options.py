"""Options of `blemore extract`: media, encoders and what to do with earlier work."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from blemore_cli.core.errors import UsageError


@dataclass(frozen=True)
class ExtractOptions:
    """Media and encoders of an extraction; those not given are the project file's."""

    media: Annotated[list[Path] | None, typer.Option(help="Folder of the clips' media; repeatable.", metavar="DIR")] = (
        None
    )
    encoder: Annotated[
        list[str] | None,
        typer.Option(help="An encoder, or NAME=FOLDER of a Hugging Face model; repeatable.", metavar="NAME"),
    ] = None
    out: Annotated[Path | None, typer.Option(help="Folder of the features.", show_default="features")] = None
    fps: Annotated[float | None, typer.Option(help="Frames of a second that encoders of video see.", min=0.01)] = None
    jobs: Annotated[int | None, typer.Option(help="Processes; 0 is one for each core.", min=0)] = None
    device: Annotated[str | None, typer.Option(help="auto, cpu, cuda or cuda:N.", show_default="auto")] = None
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Try clips again that failed before.")] = False

    @property
    def changes(self) -> dict[str, Any]:
        """The configuration keys that these options set; None where one is not given."""
        return {
            "extract.media": self.media or None,
            "extract.out": self.out,
            "extract.jobs": self.jobs,
            "extract.device": self.device,
        }

    @property
    def folders_by_name(self) -> dict[str, str | None]:
        """The folder of a model for each encoder that is given, by name; none for those without.

        Raises:
            UsageError: If a name or a folder is empty.
        """
        folders: dict[str, str | None] = {}
        for text in self.encoder or []:
            for part in text.split(",") if "=" not in text else [text]:
                name, equals, folder = part.strip().partition("=")
                if not name or (equals and not folder):
                    raise UsageError(f"--encoder must be NAME or NAME=FOLDER, got {text!r}", fix="Correct it.")
                folders[name] = folder or None
        return folders
