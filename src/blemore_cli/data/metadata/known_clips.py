"""The names of the clips that feature files are of, for challenges without metadata."""

from collections.abc import Iterable
from pathlib import Path

from blemore_cli.data.features.arrays import content_of
from blemore_cli.data.features.sources import Source, clip_files
from blemore_cli.data.features.tables import clip_column, columns_of, table_of_npz, table_of_text_or_parquet
from blemore_cli.data.index.file import read_index
from blemore_cli.data.metadata.clip_names import carries_label


def names_in_sources(sources: Iterable[Source]) -> list[str]:
    """Names of all clips that some source has features of, in alphabetical order.

    Raises:
        DataError: If a source cannot be read.
    """
    return sorted({name for source in sources for name in _names_in(source)})


def _names_in(source: Source) -> list[str]:
    match source.kind:
        case "clip_folder":
            return [clip for clip, path in clip_files(source.path, lambda _: True).items() if _is_of_clip(clip, path)]
        case "index":
            return list(read_index(source.path).clips.filename.tolist())
        case "static_npz":
            return table_of_npz(content_of(source.path), source.path).clips
        case "table":
            return table_of_text_or_parquet(content_of(source.path), source.path).clips


def _is_of_clip(clip: str, path: Path) -> bool:
    """Metadata and other tables lie beside the files of clips, too."""
    return path.suffix.lower() != ".csv" or carries_label(clip) or clip_column(columns_of(path)) is None
