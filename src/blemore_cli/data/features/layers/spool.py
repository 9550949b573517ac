"""Temporary files of the features of clips, one for each of many encoders that are read at once in little memory."""

import tempfile
import weakref
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import IO, Final

import numpy as np

from blemore_cli.core.errors import unwritable
from blemore_cli.data.features.records import ClipFeatures

_NOTHING: Final = np.zeros((0,), dtype=np.float32)


class Spool:
    """Features of clips, appended clip by clip for every encoder, and read again encoder by encoder.

    Args:
        folder: Where the temporary files are; they have no name there, and vanish whatever happens.
        n_encoders: How many encoders there are.
    """

    def __init__(self, folder: Path, n_encoders: int) -> None:
        self._folder = folder if folder.is_dir() else Path(tempfile.gettempdir())
        self._stack = ExitStack()
        weakref.finalize(self, self._stack.close)  # where an error comes between two encoders
        self._clips: list[list[tuple[ClipFeatures, tuple[int, ...]]]] = [[] for _ in range(n_encoders)]
        self._files: list[IO[bytes]] = [self._opened() for _ in range(n_encoders)]

    def append(self, features: tuple[ClipFeatures, ...]) -> None:
        """Adds the features of one clip for each encoder, in float32.

        Raises:
            ArtefactError: If there is no space left.
        """
        for clips, file, clip in zip(self._clips, self._files, features, strict=True):
            with np.errstate(over="ignore", invalid="ignore"):
                array = clip.features.astype(np.float32)
            clips.append((replace(clip, features=_NOTHING), array.shape))
            try:
                file.write(array.tobytes())
                file.flush()
            except OSError as error:
                raise unwritable(self._folder, error) from error

    def features(self, encoder: int) -> list[ClipFeatures]:
        """The features of all clips for one encoder, in the order of their addition."""
        file = self._files[encoder]
        file.seek(0)
        clips = []
        for clip, shape in self._clips[encoder]:
            content = file.read(4 * int(np.prod(shape)))
            clips.append(replace(clip, features=np.frombuffer(content, dtype=np.float32).reshape(shape)))
        return clips

    def close(self) -> None:
        """Removes the files."""
        self._stack.close()

    def _opened(self) -> IO[bytes]:
        try:
            return self._stack.enter_context(tempfile.TemporaryFile(dir=self._folder))
        except OSError as error:
            raise unwritable(self._folder, error) from error
