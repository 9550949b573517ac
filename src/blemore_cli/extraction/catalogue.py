"""Catalogue of the encoders: what they need, and whether it is installed."""

import importlib.metadata
from dataclasses import dataclass

from blemore_cli.core.errors import BlemoreError
from blemore_cli.extraction.encoders import BUILT_IN, ENCODERS, Encoder
from blemore_cli.extraction.encoders.hugging_face import model_folder


@dataclass(frozen=True)
class CatalogueEntry:
    """One family of encoders.

    Attributes:
        name: Its name.
        modality: Modality of its features.
        width: Columns of its features.
        is_installed: Whether all it needs is on this machine.
        install: The line that installs it.
        licence: Licence of library and weights.
    """

    name: str
    modality: str
    width: str
    is_installed: bool
    install: str
    licence: str


_WIDTHS = {"egemaps": "25, or 88 functionals", "compare": "65, or 6373 functionals"}


def catalogue() -> list[CatalogueEntry]:
    """Every family, and Hugging Face folders as one."""
    entries = [_entry(name, family()) for name, family in ENCODERS.items()]
    folder = CatalogueEntry(
        "NAME=FOLDER",
        "audio, video",
        "the model's",
        _are_installed(model_folder.PACKAGES),
        model_folder.INSTALL,
        model_folder.LICENCE,
    )
    return [*entries, folder]


def _entry(name: str, encoder: Encoder) -> CatalogueEntry:
    width = _WIDTHS.get(name) or (str(encoder.width) if name in BUILT_IN else "")
    return CatalogueEntry(name, encoder.modality, width, _is_installed(encoder), encoder.install, encoder.licence)


def _is_installed(encoder: Encoder) -> bool:
    try:
        return _are_installed(("av", *encoder.packages)) and all(path.is_file() for path in encoder.weights)
    except BlemoreError:
        return False


def _are_installed(packages: tuple[str, ...]) -> bool:
    try:
        return all(importlib.metadata.version(package) for package in packages)
    except importlib.metadata.PackageNotFoundError:
        return False
