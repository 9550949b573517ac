"""An index as a source of encoders for another index."""

from blemore_cli.data.features.containers.hdf5 import is_index
from blemore_cli.data.features.readers.base import Candidate, IsClip, Request, Source, SourceReader
from blemore_cli.data.features.records import SourceFeatures
from blemore_cli.data.index.file import read_index


class IndexFile(SourceReader):
    """An index in HDF5, read only where the user names it, since it may lie among the features that it is made of."""

    name = "index"
    suffixes = (".h5", ".hdf5")
    holds_many = True

    def encoders_at(self, candidate: Candidate) -> list[str]:
        """All encoders of the index."""
        path = candidate.path
        is_named = candidate.is_given and path.is_file() and self.matches(path)
        return list(read_index(path).encoders) if is_named and is_index(path) else []

    def clips_of(self, source: Source, is_clip: IsClip | None = None) -> list[str]:
        """All clips of the index."""
        del is_clip
        return list(read_index(source.path).clips.filename.tolist())

    def read(self, source: Source, request: Request) -> SourceFeatures:
        """Reads the encoder's rows where it is present."""
        del request
        index = read_index(source.path)
        info, present = index.encoders[source.name], index.present(source.name)
        return SourceFeatures(
            index.clips.filename[present].tolist(),
            index.features(source.name)[present],
            columns=info.columns,
            sha256=info.sha256,
            aggregate=info.aggregate,
            modality=info.modality,
        )

    def sha256(self, source: Source, request: Request) -> None:
        """None: encoders of an index keep the checksums of the sources that they were read from."""
        del source, request
