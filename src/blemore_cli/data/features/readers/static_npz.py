"""`NAME_static_features.npz` files: the organisers' statistics of all clips in one archive."""

import io
import zipfile
from pathlib import Path

import numpy as np

from blemore_cli.core.errors import DataError, listed
from blemore_cli.data.features.parsing import shape_and_type
from blemore_cli.data.features.readers.base import TableReader
from blemore_cli.data.features.records import SourceFeatures


class StaticNpz(TableReader):
    """An archive with the features X (N, D) and the file names (N,) of all clips."""

    name = "static_npz"
    suffixes = (".npz",)
    accepted = "NAME_static_features.npz"
    requirement = "an .npz archive with X [N, D] and filenames [N]"
    fix = "Save it again with np.savez: X as numbers [N, D] and filenames as N strings (not objects)."

    def recognises(self, path: Path) -> bool:
        """Whether the archive is named as the organisers' are, or has their members."""
        if path.stem.endswith("_static_features"):
            return True
        try:
            with zipfile.ZipFile(path) as archive:
                return {"X.npy", "filenames.npy"} <= set(archive.namelist())
        except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError):
            return False

    def parse(self, content: bytes, path: Path) -> SourceFeatures:
        """Parses both arrays, and refuses an archive with members outside its own folder."""
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_members(archive.namelist(), path)
            features, names = (self._member(archive, key, path) for key in ("X.npy", "filenames.npy"))
        if names.dtype.kind not in "US" or names.ndim != 1:
            raise DataError(f"{path}: filenames must be [N] strings, got {shape_and_type(names)}", fix=self.fix)
        return SourceFeatures([name.decode() if isinstance(name, bytes) else name for name in names.tolist()], features)

    def _member(self, archive: zipfile.ZipFile, key: str, path: Path) -> np.ndarray:
        if key not in archive.namelist():
            raise DataError(
                f"{path} must hold X and filenames, got {listed(archive.namelist()) or 'nothing'}", fix=self.fix
            )
        with archive.open(key) as file:
            return np.asarray(np.lib.format.read_array(file, allow_pickle=False))


def _check_members(names: list[str], path: Path) -> None:
    """Refuses members that have directories in their names, or the same name twice."""
    unsafe = [ascii(name) for name in names if set(name) & set("/\\:\0") or name in {".", ".."}]
    repeated = sorted({ascii(name) for name in names if names.count(name) > 1})
    if unsafe or repeated:
        raise DataError(
            f"{path}: archive members must have unique names without directories, got {listed(unsafe or repeated)}",
            fix="Do not use this file; write it again with np.savez.",
        )
