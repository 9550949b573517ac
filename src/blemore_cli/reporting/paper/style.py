"""Style of figures in the column of a paper, and their files with reproducible bytes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import matplotlib
import matplotlib.style
from matplotlib.figure import Figure

from blemore_cli.core.files import replacing

COLUMN_IN: Final = 3.3
"""Width in inches of one column of a two-column paper."""

BLACK: Final = "#000000"
GREY: Final = "#b8b8b8"
PALE: Final = "#e6e6e6"
BLUE: Final = "#0072b2"
VERMILION: Final = "#d55e00"
"""Colours that the colour-blind can tell apart. Source: Okabe and Ito, Color Universal Design, 2008."""

FORMATS: Final[dict[str, dict[str, Any]]] = {
    "pdf": {"CreationDate": None, "ModDate": None},
    "svg": {"Date": None},
    "png": {"Software": None},
}
"""The formats and the metadata that would differ between two runs."""

_PAPER: Final[dict[Any, Any]] = {
    "font.family": ["DejaVu Sans"],  # comes with matplotlib, so that every machine draws the same
    "font.size": 6.5,
    "axes.labelsize": 6.5,
    "xtick.labelsize": 6,
    "ytick.labelsize": 6.5,
    "legend.fontsize": 6,
    "legend.frameon": False,
    "legend.handlelength": 1.4,
    "legend.columnspacing": 1.2,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "xtick.minor.width": 0.4,
    "xtick.minor.size": 1.5,
    "ytick.major.size": 0.0,
    "text.parse_math": False,  # a name may hold a dollar sign
    "savefig.dpi": 300,
    "pdf.fonttype": 42,  # TrueType, which publishers ask for; the default is refused by some
    "svg.fonttype": "path",  # a page that embeds the figure looks the same without the font
    "svg.hashsalt": "blemore",
}


@contextmanager
def paper_style() -> Iterator[None]:
    """Sets the style of a paper, independent of the user's matplotlibrc; the global settings come back after."""
    with matplotlib.style.context("default"), matplotlib.rc_context(_PAPER):
        yield


def column_figure(height_in: float) -> Figure:
    """An empty figure, one column wide."""
    return Figure(figsize=(COLUMN_IN, height_in), layout="constrained")


def save_figure(figure: Figure, folder: Path, name: str, *, title: str) -> list[Path]:
    """Writes a figure as PDF, SVG and PNG, each atomically; call it within `paper_style`.

    Args:
        figure: The figure.
        folder: Where the files go; made if need be.
        name: File name without suffix.
        title: Title in the metadata of the files, for search engines and screen readers.

    Raises:
        ArtefactError: If a file cannot be written.
    """
    paths = [folder / f"{name}.{suffix}" for suffix in FORMATS]
    for path, metadata in zip(paths, FORMATS.values(), strict=True):
        with replacing(path) as temporary:
            figure.savefig(temporary, format=path.suffix[1:], metadata={"Title": title, **metadata})
    return paths
