"""Sources with layers among those of a search, and the sources of the layers in their place."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from blemore_cli.core.errors import DataError, listed
from blemore_cli.data.features.layers.choice import LayerChoice, shown
from blemore_cli.data.features.layers.layer_source import LayerStack, sources_of
from blemore_cli.data.features.layers.stack import Splitting, layers_of
from blemore_cli.data.features.parsing import shape_and_type, without_single_axes
from blemore_cli.data.features.readers.array_archive import ArrayArchive
from blemore_cli.data.features.readers.base import IsClip, Source, clip_file_readers
from blemore_cli.data.features.readers.clip_folder import ClipFolder, parsed_clip
from blemore_cli.data.features.readers.layer_folders import LayerFolders, layer_folders, layer_of
from blemore_cli.data.features.records import ClipFeatures
from blemore_cli.data.features.search.joined import JoinedSource, joined

_N_PROBED: Final = 5
_FIX: Final = "Remove --layers or data.layers, or save the layers of a clip as one array [L, T, D]."


def layered(sources: Sequence[Source], is_clip: IsClip, layers: str | None) -> tuple[list[Source], list[str]]:
    """Puts the layers in the place of every source that has some.

    Arrays [L, T, D] have layers where these are asked for; arrays [L, D] have, where no source has arrays [L, T, D];
    folders of layers have them always.

    Args:
        sources: The sources of a search.
        is_clip: Whether a name is that of a clip.
        layers: The choice, as `data.layers` gives it; none where none is given.

    Returns:
        The sources, in alphabetical order, and notes.

    Raises:
        DataError: If a chosen layer is not there, or layers are asked for and no source has any.
    """
    choice = LayerChoice.parsed(layers or "all")
    sources, of_folders, notes = _with_folders_together(sources, choice)
    replaced: dict[str, list[Source]] = {}
    for is_pooled in (False, True) if layers else (False,):
        for source in sources if not (is_pooled and (replaced or of_folders)) else ():
            if parts := _parts(source, is_clip, choice, is_pooled=is_pooled, is_asked=bool(layers)):
                replaced[source.name] = parts[0]
                notes.append(parts[1])
    if layers and not replaced and not of_folders:
        raise DataError(
            f"layers are chosen, but no encoder has arrays [L, T, D] or folders of layers: "
            f"{listed([source.name for source in sources])}",
            fix=_FIX,
        )
    result = [*of_folders, *(part for source in sources for part in replaced.get(source.name, [source]))]
    return sorted(result, key=lambda source: source.name), notes


def _parts(
    source: Source, is_clip: IsClip, choice: LayerChoice, *, is_pooled: bool, is_asked: bool
) -> tuple[list[Source], str] | None:
    """The sources of a source's layers and a note, where it has layers."""
    if isinstance(source.reader, JoinedSource):
        parts = [replace(part, name=source.name) for part in source.parts]
        return _joined([_parts(part, is_clip, choice, is_pooled=is_pooled, is_asked=is_asked) for part in parts])
    try:
        if isinstance(source.reader, LayerFolders):
            return _of_folders(source, choice)
        n_layers = _n_layers(source, is_clip, is_pooled=is_pooled) if is_asked else 0
        numbers = choice.of(range(n_layers)) if n_layers else []
    except DataError as error:
        raise DataError(f"encoder {source.name} ({source.path}): {error.message}", fix=error.fix) from error
    if not numbers:
        return None
    places, read = _reading(source)
    splitting = Splitting(read, tuple(numbers), choice.is_mean, is_pooled)
    stack = LayerStack(source, tuple(numbers), n_layers, places, splitting)
    return sources_of(stack), _note(source.name, numbers, n_layers, is_mean=choice.is_mean)


def _with_folders_together(
    sources: Sequence[Source], choice: LayerChoice
) -> tuple[list[Source], list[Source], list[str]]:
    """The sources that are no folders of layers, those of the chosen layers, and notes.

    A search finds folders of layers with folders of splits in them as encoders `NAME.layer_06`.
    """
    models: dict[str, dict[int, Source]] = {}
    for source in sources:
        if isinstance(source.reader, ClipFolder) and (layer := layer_of(source.name)):
            models.setdefault(layer[0], {})[layer[1]] = source
    models = {name: dict(sorted(layers.items())) for name, layers in models.items() if len(layers) > 1}
    taken = [source for layers in models.values() for source in layers.values()]
    read = [
        _of_layers(replace(next(iter(layers.values())), name=name), layers, choice) for name, layers in models.items()
    ]
    chosen = [source for parts, _ in read for source in parts]
    return [source for source in sources if source not in taken], chosen, [note for _, note in read]


def _joined(parts: Sequence[tuple[list[Source], str] | None]) -> tuple[list[Source], str] | None:
    """The layers of the parts of a joined source, joined layer by layer, where all parts have the same ones."""
    layers = [part for part in parts if part]
    if len(layers) < len(parts) or len({tuple(source.name for source in sources) for sources, _ in layers}) > 1:
        return None
    columns = zip(*(sources for sources, _ in layers), strict=True)
    return [joined(sources[0].name, sources) for sources in columns], layers[0][1]


def _of_folders(source: Source, choice: LayerChoice) -> tuple[list[Source], str]:
    clips = ClipFolder()
    layers = {number: Source(source.name, path, clips) for number, path in layer_folders(source.path).items()}
    return _of_layers(source, layers, choice)


def _of_layers(source: Source, layers: dict[int, Source], choice: LayerChoice) -> tuple[list[Source], str]:
    """The sources of the chosen ones among layers that are sources already, or of their mean, and a note."""
    numbers = choice.of(list(layers))
    note = _note(source.name, numbers, len(layers), is_mean=choice.is_mean)
    parts = [replace(layers[number], name=f"{source.name}.{number:02d}") for number in numbers]
    if not choice.is_mean or len(parts) == 1:
        return [replace(part, name=source.name) if choice.is_mean else part for part in parts], note
    together = Source(source.name, source.path, JoinedSource(), tuple(parts))
    read = partial(_stacked, partial(parsed_clip, clip_file_readers()))
    splitting = Splitting(read, tuple(range(len(numbers))), is_mean=True, is_pooled=False)
    stack = LayerStack(together, tuple(numbers), len(numbers), partial(_files_of, parts), splitting)
    return sources_of(stack), note


def _note(name: str, numbers: Sequence[int], n_layers: int, *, is_mean: bool) -> str:
    kind = "the mean" if is_mean else "an encoder each"
    return f"encoder {name}: {n_layers} layers, of which {shown(numbers)} are read, {kind}"


def _n_layers(source: Source, is_clip: IsClip, *, is_pooled: bool) -> int:
    """How many layers the arrays of a source have, by the first few; 0 where they have none."""
    if not isinstance(source.reader, ClipFolder | ArrayArchive):
        return 0
    places, read = _reading(source)
    arrays = [read(place).features for place in list(places(is_clip).values())[:_N_PROBED]]
    layers = [layers_of(array, is_pooled=is_pooled) for array in arrays if array.size]
    if is_pooled:
        counts = {0 if array is None else len(array) for array in layers}
        return counts.pop() if len(counts) == 1 else 0
    return next((len(array) for array in layers if array is not None and array.shape[1] > 1), 0)


def _reading(source: Source) -> tuple[Callable[[IsClip], dict[str, Any]], Callable[[Any], ClipFeatures]]:
    """Where the clips of a source are, and what reads the array at a place."""
    if isinstance(source.reader, ArrayArchive):
        return partial(_places_of, source.reader, source), source.reader.array_reader_of(source)
    reader = source.reader if isinstance(source.reader, ClipFolder) else ClipFolder()
    return partial(reader.all_files_of, source), partial(parsed_clip, clip_file_readers())


def _places_of(reader: ArrayArchive, source: Source, is_clip: IsClip) -> dict[str, Any]:
    return {clip: place for clip, place in reader.places_of(source, is_clip)[0].items() if is_clip(clip)}


def _files_of(parts: Sequence[Source], is_clip: IsClip) -> dict[str, tuple[Path, ...]]:
    """The files of each clip, one for each layer."""
    files = [ClipFolder().all_files_of(part, is_clip) for part in parts]
    for part, of_layer in zip(parts, files, strict=True):
        if missing := [clip for clip in files[0] if clip not in of_layer]:
            raise DataError(
                f"layers whose mean is taken must have the same clips, got none in {part.path} of {listed(missing)}",
                fix="Extract the missing clips.",
            )
    return {clip: tuple(of_layer[clip] for of_layer in files) for clip in files[0]}


def _stacked(read: Callable[[Path], ClipFeatures], paths: tuple[Path, ...]) -> ClipFeatures:
    """The frames of a clip in the files of several layers as one array [L, T, D]."""
    clips = [read(path) for path in paths]
    arrays = [without_single_axes(clip.features) for clip in clips]
    if len({array.shape for array in arrays}) > 1:
        first = next(number for number, array in enumerate(arrays) if array.shape != arrays[0].shape)
        raise DataError(
            f"the layers of a clip must have the same shape, got {shape_and_type(arrays[0])} in {paths[0]} and "
            f"{shape_and_type(arrays[first])} in {paths[first]}",
            fix="Extract all layers of a clip in one pass.",
        )
    return replace(clips[0], features=np.stack([np.atleast_2d(array) for array in arrays]))
