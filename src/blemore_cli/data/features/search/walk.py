"""Walk through folders in search of encoders: every file and folder is recognised, passed over, or unmatched."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from blemore_cli.data.features.readers.base import Candidate, IsClip, Source, SourceReader, source_readers
from blemore_cli.data.features.readers.clip_folder import (
    could_be_clip,
    entries_of,
    folders_in,
    hidden_folders,
    names_of_clip_files,
)
from blemore_cli.data.features.search.grouping import Located
from blemore_cli.data.features.search.passed_over import (
    PassedOver,
    is_litter,
    passed_over_file,
    passed_over_folder,
    without_features,
)


@dataclass(frozen=True)
class Unmatched:
    """A folder with files of clips, or folders of clips, of which none is an encoder's.

    Attributes:
        folder: The folder.
        root: The path that was searched.
        names: Names of the files or folders.
        has_folders: Whether they are folders, each named after a clip.
    """

    folder: Path
    root: Path
    names: list[str]
    has_folders: bool = False


@dataclass
class Walk:
    """A walk through paths, links included.

    Attributes:
        is_clip: Whether a name is that of a clip.
        located: The sources that readers recognised.
        passed_over: What is not read.
        unmatched: Folders of files that look like features of clips, but are of no known clip.
    """

    is_clip: IsClip
    located: list[Located] = field(default_factory=list)
    passed_over: list[PassedOver] = field(default_factory=list)
    unmatched: list[Unmatched] = field(default_factory=list)

    def look_at(self, path: Path) -> None:
        """Walks through a path that the user named.

        Raises:
            DataError: If a folder cannot be read, or has two files of one clip.
        """
        if path.is_dir():
            self._look_into(path, path, ())
        elif not self._recognise(path, path):
            self.passed_over.append(passed_over_file(path, self.is_clip))

    def _look_into(self, folder: Path, root: Path, ancestors: tuple[str, ...]) -> None:
        n_before, first = self._n_recognised, len(self.passed_over)
        reader = self._recognise(folder, root)
        entries = [path for path in entries_of(folder) if not is_litter(path) and not self._is_taken(path, reader)]
        files = [path for path in entries if path.is_file() and not self._recognise(path, root)]
        others = [path for path in entries if not path.is_file() and not path.is_dir()]
        self.passed_over += [passed_over_file(path, self.is_clip) for path in others]
        self.passed_over += [
            PassedOver(path, "it is hidden: its name begins with a dot", is_telling=True)
            for path in hidden_folders(folder)
            if self._holds_clips(path)
        ]
        self._walk_on([path for path in entries if path.is_dir()], root, (*ancestors, os.path.realpath(folder)))
        self._sort_out(folder, root, files, is_new=self._n_recognised == n_before)
        if folder != root and self._n_recognised == n_before:
            self._sum_up(folder, first)

    def _holds_clips(self, folder: Path) -> bool:
        """Whether a folder, or one in it, has files of clips."""
        return any(names_of_clip_files(path, self.is_clip) for path in [folder, *folders_in(folder)])

    def _walk_on(self, folders: Sequence[Path], root: Path, ancestors: tuple[str, ...]) -> None:
        of_clips = {folder: None for folder in folders if self.is_clip(folder.name)}
        if of_clips:
            self._note_folders_of_clips([*of_clips], root)
        for folder in (folder for folder in folders if folder not in of_clips):
            if reason := passed_over_folder(folder, ancestors):
                self.passed_over.append(reason)
            else:
                self._look_into(folder, root, ancestors)

    def _note_folders_of_clips(self, folders: list[Path], root: Path) -> None:
        """Folders named after clips, as of video frames, or of the features of several encoders of a clip."""
        if any(could_be_clip(path) for path in entries_of(folders[0])):
            self.unmatched.append(Unmatched(folders[0].parent, root, [path.name for path in folders], has_folders=True))
        else:
            reason = "it is a folder of one clip, without files of features"
            self.passed_over += [PassedOver(folder, reason) for folder in folders]

    def _recognise(self, path: Path, root: Path) -> SourceReader | None:
        """Adds the encoders that the first reader recognises at a path, and returns this reader."""
        for reader in source_readers():
            if names := reader.encoders_at(Candidate(path, self.is_clip, path == root)):
                self.located += [Located(Source(name, path, reader), root) for name in names]
                return reader
        return None

    def _is_taken(self, path: Path, reader: SourceReader | None) -> bool:
        return reader is not None and reader.takes(Candidate(path, self.is_clip, is_given=False))

    def _sort_out(self, folder: Path, root: Path, files: list[Path], *, is_new: bool) -> None:
        """Passes over files that are not recognised, or keeps them as a folder of unknown clips."""
        strangers = [path for path in files if could_be_clip(path)] if is_new else []
        if strangers:
            self.unmatched.append(Unmatched(folder, root, [path.name for path in strangers]))
        rest = [path for path in files if path not in strangers]
        self.passed_over += [passed_over_file(path, self.is_clip) for path in rest]

    @property
    def _n_recognised(self) -> int:
        return len(self.located) + len(self.unmatched)

    def _sum_up(self, folder: Path, first: int) -> None:
        """One entry for a folder in which nothing was recognised, beside those of what may hold features."""
        telling = [entry for entry in self.passed_over[first:] if entry.is_telling]
        self.passed_over[first:] = telling or [without_features(folder)]
