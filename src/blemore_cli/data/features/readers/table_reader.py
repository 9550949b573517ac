"""Abstract base of the files with a row of features for each clip."""

import hashlib
from abc import abstractmethod
from collections import Counter
from dataclasses import replace
from pathlib import Path

from blemore_cli.core.config.schema import DataConfig
from blemore_cli.core.errors import DataError, listed
from blemore_cli.data.features.evidence.selection import with_columns_chosen
from blemore_cli.data.features.parsing import bytes_of, checked_table
from blemore_cli.data.features.readers.base import STATIC_FEATURES, Candidate, IsClip, Request, Source, SourceReader
from blemore_cli.data.features.records import SourceFeatures
from blemore_cli.data.metadata.clip_names import carries_label, clip_name


class TableReader(SourceReader):
    """A format of files with one row of features for each clip: one file is one encoder."""

    @abstractmethod
    def parse(self, content: bytes, path: Path) -> SourceFeatures:
        """Parses a file's bytes: file names of N clips as they stand, and features (N, D).

        There is at least one byte; whatever is raised becomes an error that names the file.
        """

    @abstractmethod
    def recognises(self, path: Path) -> bool:
        """Whether the content of a file of this suffix is such a table; a file that the user names is taken for one."""

    def encoders_at(self, candidate: Candidate) -> list[str]:
        """The file's name without suffix and without `_static_features`."""
        path = candidate.path
        is_table = path.is_file() and self.matches(path) and (candidate.is_given or self.recognises(path))
        return [self.stem(path).removesuffix(STATIC_FEATURES)] if is_table else []

    def clips_of(self, source: Source, is_clip: IsClip | None = None) -> list[str]:
        """Names of all rows."""
        request = Request(is_clip or carries_label, DataConfig(aggregate="mean"))
        return self.requested(bytes_of(source.path), source.path, request).clips

    def read(self, source: Source, request: Request) -> SourceFeatures:
        """Reads all rows, without the columns that are no evidence."""
        content = bytes_of(source.path)
        sha256 = hashlib.sha256(content).hexdigest()
        return replace(self.requested(content, source.path, request), sha256=sha256, files={source.path: sha256})

    def requested(self, content: bytes, path: Path, request: Request) -> SourceFeatures:
        """Parses and checks a file's bytes, and leaves out the columns that are no evidence.

        Raises:
            DataError: As `features_of`.
        """
        return with_columns_chosen(self.features_of(content, path), request.columns)

    def features_of(self, content: bytes, path: Path) -> SourceFeatures:
        """Parses and checks a file's bytes.

        Raises:
            DataError: If it is damaged or unsafe, is not of numbers, or has not exactly one row for each of its clips.
        """
        with self.parsing(content, path):
            table = self.parse(content, path)
        return self.checked(table, path)

    def checked(self, table: SourceFeatures, path: Path) -> SourceFeatures:
        """Checks what was parsed, and reduces file names to clips.

        Raises:
            DataError: If it is not of numbers, or has not exactly one row for each of its clips.
        """
        return replace(checked_table(table, path, fix=self.fix), clips=_unique_clips(table.clips, path))


def _unique_clips(names: list[str], path: Path) -> list[str]:
    clips = [clip_name(name.strip()) for name in names]
    if repeated := sorted(ascii(clip) for clip, n_rows in Counter(clips).items() if n_rows > 1):
        raise DataError(
            f"{path} must have one row for each clip, got more for {listed(repeated)}",
            fix="Keep one row a clip; give frame-level features as a folder with a file for each clip.",
        )
    return clips
