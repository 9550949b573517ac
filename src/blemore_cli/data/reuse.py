"""Reuse of the encoders of the index that is replaced, where reading them again would give the same."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Self

import numpy as np

from blemore_cli.core.config.schema import DataConfig
from blemore_cli.core.errors import ArtefactError
from blemore_cli.core.types import Clips, EncoderFeatures
from blemore_cli.data.features.collect import chosen_modality, reading_settings, request_for
from blemore_cli.data.features.readers.base import Source
from blemore_cli.data.features.records import STATIC
from blemore_cli.data.index.check import EncoderInfo
from blemore_cli.data.index.file import Index, read_index
from blemore_cli.data.index.sources_file import RecordedSources, read_sources, source_texts
from blemore_cli.data.source_files import SourceFiles


@dataclass(frozen=True)
class PreviousIndex:
    """The index that is replaced, beside what is to be read.

    Attributes:
        data: What is read, and how.
        clips: The clips of the new index.
        index: The index, where there is one that can be read.
        recorded: What it was made of, where that is known.
        notes: Why nothing of it is used, if it cannot be read.
    """

    data: DataConfig
    clips: Clips
    index: Index | None = None
    recorded: RecordedSources | None = None
    notes: tuple[str, ...] = ()
    _files: dict[str, SourceFiles] = field(default_factory=dict)

    @classmethod
    def at(cls, data: DataConfig, clips: Clips) -> Self:
        """The index in the place of the new one."""
        path = data.index
        if not path.exists():
            return cls(data, clips)
        try:
            index = read_index(path)
            return cls(data, clips, index, read_sources(path, index.checksum))
        except ArtefactError as error:
            return cls(data, clips, notes=(f"everything is read again: {error.message}",))

    def files(self, source: Source) -> SourceFiles:
        """The files of a source, as they were when this was first called."""
        if source.name not in self._files:
            self._files[source.name] = SourceFiles.of(source, self.clips, self.recorded, self.data.index)
        return self._files[source.name]

    def unchanged(self, sources: list[Source], metadata: Mapping[str, str]) -> Index | None:
        """The index, if writing it again would give the same bytes; its features are checked for that.

        Args:
            sources: The encoders.
            metadata: Hexadecimal checksum of the metadata file of each split that has one.
        """
        index = self.index
        if (
            index is None
            or index.metadata != metadata
            or set(index.encoders) != {source.name for source in sources}
            or not _same_clips(index.clips, self.clips)
            or not all(self._is_same(source) for source in sources)
        ):
            return None
        if self.recorded and self.recorded.sha256 == index.sha256:
            return index  # byte for byte as it was written
        try:
            for name in index.encoders:
                index.features(name)
        except ArtefactError:
            return None
        return index

    def _is_same(self, source: Source) -> bool:
        """Whether an encoder, with all that the index says of it, would be written again."""
        info = self._kept(source)
        now = chosen_modality(source.name, self.data.modality)[0], source_texts(source.paths, self.data.index.parent)
        return info is not None and (info.modality, info.source) == now

    def encoder(self, source: Source) -> EncoderFeatures | None:
        """The encoder, if reading its source again would give the same.

        Raises:
            ArtefactError: If its features are damaged.
        """
        info = self._kept(source)
        if info is None or self.index is None:
            return None
        modality, _ = chosen_modality(source.name, self.data.modality)
        features, present = self.index.features(source.name), self.index.present(source.name)
        parts = (features, present, modality, info.source, info.aggregate, info.sha256, info.columns, info.settings)
        return EncoderFeatures(source.name, *parts)

    def _kept(self, source: Source) -> EncoderInfo | None:
        info = self.index.encoders.get(source.name) if self.index else None
        if (
            self.index is None
            or info is None
            or not _same_labels(self.index.clips, self.clips)
            or info.aggregate not in (STATIC, self.data.aggregate)
            or info.settings != reading_settings(self.data)
            or (info.n_missing and self.data.missing == "error")
            or not self._is_unchanged(source, info.sha256)
        ):
            return None
        return info

    def _is_unchanged(self, source: Source, sha256: str) -> bool:
        """Whether the files are those that were recorded, or else give the checksum of the source."""
        files = self.files(source)
        if files.recorded:
            return not files.changes()
        return source.reader.sha256(source, request_for(self.clips, self.data)) == sha256


def _same_labels(clips: Clips, others: Clips) -> bool:
    """Whether the clips, and what decides which columns are codes of them, are the same."""
    return all(
        np.array_equal(getattr(clips, column), getattr(others, column))
        for column in ("filename", "label", "actor", "is_test")
    )


def _same_clips(clips: Clips, others: Clips) -> bool:
    return all(np.array_equal(getattr(clips, column.name), getattr(others, column.name)) for column in fields(Clips))
