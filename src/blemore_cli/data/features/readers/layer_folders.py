"""Folders of one model with a folder for each of its layers, as `NAME/layer_06/CLIP.npy`."""

import hashlib
import re
from pathlib import Path
from typing import Final

from blemore_cli.core.errors import DataError
from blemore_cli.data.features.readers.base import Candidate, IsClip, Request, Source, SourceReader
from blemore_cli.data.features.readers.clip_folder import ClipFolder, clip_files, folders_in, names_of_clip_files
from blemore_cli.data.features.records import SourceFeatures

LAYER_WORD: Final = r"(?:layers?|hidden(?:_states?)?|blocks?|l|h)[_\-. ]?"
"""Pattern of the words before the number of a layer, in any case."""

_LAYER: Final = re.compile(rf"(?:{LAYER_WORD})?(?P<number>\d{{1,3}})", re.IGNORECASE)
_ENCODER: Final = re.compile(rf"(?P<model>.+)\.(?:{LAYER_WORD}|(?=\d\d))(?P<number>\d{{1,3}})", re.IGNORECASE)
_CLIPS: Final = ClipFolder()


class LayerFolders(SourceReader):
    """A folder with a folder of clips for each layer; the layers become encoders, or their mean one."""

    name = "layer_folders"
    requirement = "a folder with a folder of clips for each layer"
    fix = "Write NAME/layer_00/CLIP.npy, NAME/layer_01/CLIP.npy and so on."
    lists_clips = True

    def encoders_at(self, candidate: Candidate) -> list[str]:
        """The folder's name, if there are folders of clips named after layers.

        Those named with numbers alone must have a clip in common: they might be folds.
        """
        path = candidate.path
        folders = layer_folders(path) if path.is_dir() else {}
        first_two = [set(names_of_clip_files(folder, candidate.is_clip)) for folder in list(folders.values())[:2]]
        if not first_two or not first_two[0]:
            return []
        is_plain = any(folder.name.isdecimal() for folder in folders.values())
        is_layers = not is_plain or (len(first_two) == 2 and bool(first_two[0] & first_two[1]))
        return [path.absolute().name] if is_layers else []

    def takes(self, candidate: Candidate) -> bool:
        """Whether an entry is the folder of a layer."""
        return candidate.path in layer_folders(candidate.path.parent).values()

    def clips_of(self, source: Source, is_clip: IsClip | None = None) -> list[str]:
        """The clips of the first layer."""
        folder = next(iter(layer_folders(source.path).values()))
        return _CLIPS.clips_of(Source(source.name, folder, _CLIPS), is_clip)

    def read(self, source: Source, request: Request) -> SourceFeatures:
        """Nothing: each layer is read as an encoder of its own."""
        del request
        raise DataError(f"{source.path} must be read layer by layer", fix="Name the folders of single layers.")

    def files(self, source: Source, is_clip: IsClip) -> list[Path]:
        """The files of all layers."""
        return [path for folder in layer_folders(source.path).values() for path in clip_files(folder, is_clip).values()]

    def sha256(self, source: Source, request: Request) -> str:
        """The checksum of the files of all layers."""
        folders = layer_folders(source.path)
        digests = [_CLIPS.sha256(Source(folder.name, folder, _CLIPS), request) for folder in folders.values()]
        return hashlib.sha256("\n".join(digests).encode()).hexdigest()


def layer_folders(folder: Path) -> dict[int, Path]:
    """The folders of layers in a folder, by ascending number.

    Raises:
        DataError: If two are of one layer.
    """
    folders: dict[int, Path] = {}
    for path in folders_in(folder):
        match = _LAYER.fullmatch(path.name)
        if match is None:
            continue
        number = int(match["number"])
        if number in folders:
            raise DataError(
                f"{folder} must have one folder for each layer, got {folders[number].name} and {path.name}",
                fix="Remove one of the two.",
            )
        folders[number] = path
    return dict(sorted(folders.items()))


def layer_of(name: str) -> tuple[str, int] | None:
    """The model and the number of the layer that an encoder is named after, with a word or two digits.

    Examples:
        >>> layer_of("wavlm.layer_6"), layer_of("wavlm.06"), layer_of("wav2vec2.0")
        (('wavlm', 6), ('wavlm', 6), None)
    """
    match = _ENCODER.fullmatch(name)
    return (match["model"], int(match["number"])) if match else None
