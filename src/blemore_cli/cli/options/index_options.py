"""Options of `blemore index`: sources, aggregation and output."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from blemore_cli.core.choices import Aggregate, Missing
from blemore_cli.core.errors import UsageError


@dataclass(frozen=True)
class IndexOptions:
    """Sources and settings of an index; those not given are the project file's."""

    features: Annotated[
        list[Path] | None, typer.Argument(help="Feature files, folders of clips, or folders of both.")
    ] = None
    train_metadata: Annotated[Path | None, typer.Option(help="Official training metadata.", metavar="CSV")] = None
    test_metadata: Annotated[Path | None, typer.Option(help="Names of the test clips.", metavar="CSV")] = None
    out: Annotated[Path | None, typer.Option(help="HDF5 file to write.", show_default="index.h5")] = None
    aggregate: Annotated[Aggregate | None, typer.Option(help="How frames become a row.", show_default="stats7")] = None
    encoder: Annotated[
        list[str] | None,
        typer.Option(help="Name an encoder; repeatable, also for one.", metavar="NAME=PATH"),
    ] = None
    modality: Annotated[
        list[str] | None, typer.Option(help="video, audio or av; repeatable.", metavar="NAME=MODALITY")
    ] = None
    layers: Annotated[
        str | None,
        typer.Option(help="Layers of [L, T, D] files: 6-12, -1, all, or mean:6-12.", metavar="LAYERS"),
    ] = None
    missing: Annotated[Missing | None, typer.Option(help="What to do where an encoder lacks a clip.")] = None
    allow_actor_overlap: Annotated[
        bool | None, typer.Option("--allow-actor-overlap", help="Accept an actor in two folds.")
    ] = None
    allow_name_conflicts: Annotated[
        bool | None,
        typer.Option("--allow-name-conflicts", help="Believe metadata that contradict the clips' names."),
    ] = None
    jobs: Annotated[int | None, typer.Option(help="Processes; 0 is one for each core.", min=0)] = None

    @property
    def changes(self) -> dict[str, Any]:
        """The configuration keys that these options set; None where one is not given.

        Raises:
            UsageError: If an encoder or a modality is not NAME=VALUE.
        """
        return {
            "data.features": self.features or None,
            "data.train_metadata": self.train_metadata,
            "data.test_metadata": self.test_metadata,
            "data.index": self.out,
            "data.aggregate": self.aggregate,
            **_places(self.encoder),
            **_modalities(self.modality),
            "data.layers": self.layers,
            "data.missing": self.missing,
            "data.allow_actor_overlap": self.allow_actor_overlap,
            "data.allow_name_conflicts": self.allow_name_conflicts,
            "data.jobs": self.jobs,
        }


def _places(texts: list[str] | None) -> dict[str, str | list[str]]:
    """The path, or the several paths, of each encoder that is named, so that the names of the project file stay."""
    places: dict[str, list[str]] = {}
    for name, path in _pairs(texts, "--encoder NAME=PATH"):
        places.setdefault(f"data.encoders.{name}", []).append(path)
    return {key: paths[0] if len(paths) == 1 else paths for key, paths in places.items()}


def _modalities(texts: list[str] | None) -> dict[str, str]:
    """The modality of each encoder."""
    pairs = _pairs(texts, "--modality NAME=MODALITY")
    for name, modality in pairs:
        if other := next((each for known, each in pairs if known == name and each != modality), None):
            raise UsageError(f"an encoder has one modality, got {modality} and {other} for {name}", fix="Remove one.")
    return {f"data.modality.{name}": modality for name, modality in pairs}


def _pairs(texts: list[str] | None, form: str) -> list[tuple[str, str]]:
    """NAME and VALUE of each text."""
    split = [text.partition("=") for text in texts or []]
    for name, equals, value in split:
        if not (name and equals and value):
            raise UsageError(f"{form} is needed, got {name + equals + value!r}", fix="Write NAME=VALUE.")
    return [(name, value) for name, _, value in split]
