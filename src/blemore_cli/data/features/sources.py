"""Search for the encoders at paths, decided by the readers from layout and content."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from blemore_cli.core.errors import DataError, listed
from blemore_cli.core.types import Clips
from blemore_cli.data.features.layers.layered import layered
from blemore_cli.data.features.readers.base import Source, visible
from blemore_cli.data.features.readers.clip_folder import clip_reader_of, content_in_words, entries_of
from blemore_cli.data.features.search.encoder_names import encoder_name
from blemore_cli.data.features.search.grouping import KnownClips, Located, grouped
from blemore_cli.data.features.search.joined import joined
from blemore_cli.data.features.search.name_mismatch import TEST_NAME, name_mismatch, rows_without_names
from blemore_cli.data.features.search.official_pack import pack_folders
from blemore_cli.data.features.search.other_half import other_half
from blemore_cli.data.features.search.passed_over import PassedOver, as_lines
from blemore_cli.data.features.search.split_words import folded
from blemore_cli.data.features.search.walk import Unmatched, Walk
from blemore_cli.data.foreign import FileKind, conversion_of
from blemore_cli.data.index.check import ENCODER_NAME
from blemore_cli.data.metadata.clip_names import carries_label, clip_name

_EXAMPLE: Final = "A102_ang_int1_ver1"
_RENAME: Final = "Rename the files, or check that the metadata are of these clips."
_USUAL_LAYOUTS: Final = (
    "Give a folder with a file for each clip (NAME/CLIP.npy, .csv or .pt), a file of all clips "
    "(NAME_static_features.npz, NAME.csv), or a folder of these.\n"
    "docs/features.md shows every layout and format that is read, with an example of each."
)


@dataclass
class FoundSources:
    """The result of a search.

    Attributes:
        sources: The encoders.
        passed_over: Files and folders that are not read, and why.
        notes: What else a user should know.
    """

    sources: list[Source] = field(default_factory=list)
    passed_over: list[PassedOver] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def find_sources(
    paths: Iterable[Path],
    named: Mapping[str, Sequence[Path]],
    clips: Collection[str] | None,
    *,
    test: Collection[str] = (),
) -> FoundSources:
    """Finds the encoders at some paths, in alphabetical order.

    Args:
        paths: Paths of an encoder each (a file, or a folder with a file a clip), of a folder of encoders, or of an
            index.
        named: Paths of single encoders by the name to give them; an encoder in several places has several.
        clips: Names of the clips, or none where they are yet to be learnt from the files' names.
        test: Those of them that are test clips.

    Raises:
        DataError: If a path holds no encoder, a name is not permitted, or a folder's files match no clip or name one
            twice.
    """
    search = _Search(list(paths), named, clips, frozenset(test))
    for name, places in named.items():
        search.add_named(name, places)
    search.look_at_paths()
    if not search.sources:
        raise DataError(
            "features of at least one encoder are needed, got no path",
            fix=f"{_pack_here()}Name paths after `blemore index`, or in data.features. {_USUAL_LAYOUTS}",
        )
    sources = _by_name(search.sources)
    _check_names(sources)
    return FoundSources(sources, search.passed_over, search.notes)


def sources_of_clips(
    clips: Clips, paths: Iterable[Path], named: Mapping[str, Sequence[Path]], layers: str | None
) -> FoundSources:
    """Finds the encoders of the clips of a challenge, as `find_sources`, with layers of models as encoders.

    Raises:
        DataError: As `find_sources`, or if a layer that is chosen, as `data.layers` does, is not there.
    """
    names = clips.filename.tolist()
    result = find_sources(paths, named, names, test=clips.filename[clips.is_test].tolist())
    sources, notes = layered(result.sources, frozenset(names).__contains__, layers)
    return FoundSources(sources, result.passed_over, [*result.notes, *notes])


def clips_in(sources: Iterable[Source]) -> list[str]:
    """Names of all clips that some source has features of, in alphabetical order.

    Raises:
        DataError: If a source cannot be read.
    """
    return sorted({clip for source in sources for clip in source.reader.clips_of(source)})


class _Search(FoundSources):
    """A search by the names of clips."""

    def __init__(
        self,
        paths: list[Path],
        named: Mapping[str, Sequence[Path]],
        clips: Collection[str] | None,
        test: frozenset[str],
    ) -> None:
        super().__init__()
        self.paths = paths
        self.named = named
        self.taken = [path for places in named.values() for path in places]
        self.clips = clips or ()
        is_clip = _may_be_clip if clips is None else frozenset(clips).__contains__
        self.known = KnownClips(is_clip, frozenset(self.clips) - test, test)

    def add_named(self, name: str, paths: Sequence[Path]) -> None:
        """Adds the one encoder at each path under a name; of a reader with many encoders, the one of that name."""
        sources = [_source_of_name(name, path, self._sources_at([path], given=paths)) for path in paths]
        source = joined(name, _unlike_paths(sources))
        self.taken += source.paths
        self.sources.append(source)

    def look_at_paths(self) -> None:
        """Adds the encoders at the paths that have no name given by the user."""
        self.sources += self._sources_at(self.paths, given=self.paths, is_general=True)

    def _sources_at(self, paths: Sequence[Path], *, given: Sequence[Path], is_general: bool = False) -> list[Source]:
        walk = Walk(self.known.is_clip)
        for path in paths:
            self._look_at(walk, path)
        located = [each for each in walk.located if not (is_general and self._is_taken(each))]
        sources, repeated = grouped([*located, *self._other_halves(located, paths, given)], self.known)
        self.passed_over += [*walk.passed_over, *repeated]
        for unmatched in walk.unmatched:
            self._pass_over_or_refuse(unmatched, sources)
        return sources

    def _look_at(self, walk: Walk, path: Path) -> None:
        if not path.exists():
            raise DataError(
                f"{path} must be a file or folder of features, but it does not exist",
                fix=f"{_pack_here()}{_USUAL_LAYOUTS}",
            )
        n_before, first = len(walk.located) + len(walk.unmatched), len(walk.passed_over)
        walk.look_at(path)
        if len(walk.located) + len(walk.unmatched) == n_before:
            telling = [entry for entry in walk.passed_over[first:] if entry.is_telling]
            lines = "".join(f"; {line}" for line in as_lines(telling)[:3])
            conversion = _conversion_at(path)
            fix = conversion.fix if conversion else _USUAL_LAYOUTS
            raise DataError(f"{path} must hold features, got {_described(path)}{lines}", fix=fix)

    def _is_taken(self, located: Located) -> bool:
        """Whether the user gave a source a name of its own, and not the file itself beside that, under another name."""
        source = located.source
        if source.reader.holds_many and source.name not in self.named:
            return False
        is_given = source.path in self.paths and source.path.is_file() and not source.reader.holds_many
        if is_given and _folded_name(located) not in map(folded, self.named):
            return False
        return any(_is_within(source.path, place) for place in self.taken)

    def _other_halves(self, located: Sequence[Located], paths: Sequence[Path], given: Sequence[Path]) -> list[Located]:
        """Sources beside the paths with the clips of the other split, where the paths lack them all."""
        halves = []
        for path in paths:
            place = other_half(path)
            if place is None or any(_is_within(place, other) for other in given):
                continue
            walk = Walk(self.known.is_clip)
            walk.look_at(place)
            more = [each for each in walk.located if self._completes(each, located)]
            if more:
                self.notes.append(f"{path} has the clips of one split alone; those of the other are read from {place}")
            halves += more
        return halves

    def _completes(self, half: Located, located: Iterable[Located]) -> bool:
        """Whether a source has clips that those of its encoder lack, and none of theirs."""
        name, clips = _folded_name(half), self._clips_of([half.source])
        partners = [each.source for each in located if _folded_name(each) == name]
        return bool(clips) and bool(partners) and not clips & self._clips_of(partners)

    def _clips_of(self, sources: Iterable[Source]) -> frozenset[str]:
        is_clip = self.known.is_clip
        return frozenset(
            clip for source in sources for clip in source.reader.clips_of(source, is_clip) if is_clip(clip)
        )

    def _pass_over_or_refuse(self, unmatched: Unmatched, sources: Sequence[Source]) -> None:
        """Passes over a folder of unknown clips whose other half is an encoder; refuses another one."""
        stems = [name if unmatched.has_folders else _stem(name) for name in unmatched.names]
        files = [] if unmatched.has_folders else [unmatched.folder / name for name in unmatched.names]
        counts = {len(self.known.train), len(self.known.test), len(self.clips)}
        cause = rows_without_names(files, counts) or name_mismatch(stems, self.clips)
        name = encoder_name(visible(unmatched.folder).name, unmatched.folder, unmatched.root, ())
        if name.splits and folded(name.name) in {folded(source.name) for source in sources}:
            reason = f"none of the {len(stems)} names in it is a known clip's: {cause}"
            self.passed_over.append(PassedOver(unmatched.folder, reason, is_telling=True))
            return
        if unmatched.has_folders:
            raise DataError(
                f"{unmatched.folder} must have a file for each clip, got a folder for each: {listed(unmatched.names)}",
                fix="Make a folder for each encoder, and put its files into it, named after the clips.",
            )
        example = f"{next(iter(self.clips), _EXAMPLE)}{Path(unmatched.names[0]).suffix}"
        raise DataError(
            f"{unmatched.folder} must have files named after the clips, such as {example}, got "
            f"{listed(unmatched.names)}: {cause}",
            fix=_RENAME,
        )


def _pack_here() -> str:
    """Where the organisers' pack is, as the start of a fix; nothing where it is not below the working directory."""
    folders = " and ".join(map(str, pack_folders(Path())))
    return f"The organisers' feature pack is in {folders}: name these. " if folders else ""


def _may_be_clip(name: str) -> bool:
    """Whether a name is built as those of the challenge are, where there are no metadata."""
    return carries_label(name) or TEST_NAME.fullmatch(name) is not None


def _folded_name(located: Located) -> str:
    return folded(encoder_name(located.source.name, located.source.path, located.root, ()).name)


def _source_of_name(name: str, path: Path, sources: list[Source]) -> Source:
    candidates = [source for source in sources if name in {source.name, source.name.rpartition(".")[2]}]
    candidates = candidates or [source for source in sources if not source.reader.holds_many]
    if len(candidates) != 1:
        raise DataError(
            f"encoder {name}: {path} must hold one encoder, got "
            f"{listed([source.name for source in candidates]) or 'none of that name'}",
            fix="Give the path of a single encoder.",
        )
    return candidates[0]


def _unlike_paths(sources: Iterable[Source]) -> list[Source]:
    """Sources without those that were given twice."""
    return list({(source.name, *map(visible, source.paths)): source for source in sources}.values())


def _by_name(sources: Iterable[Source]) -> list[Source]:
    """Sources in alphabetical order, those of one name joined."""
    groups: dict[str, list[Source]] = {}
    for source in sources:
        groups.setdefault(source.name, []).append(source)
    return [joined(name, groups[name]) for name in sorted(groups)]


def _is_within(path: Path, folder: Path) -> bool:
    return visible(path).is_relative_to(visible(folder))


def _stem(name: str) -> str:
    """A file's name without the suffixes of features and media."""
    path = Path(name)
    reader = clip_reader_of(path)
    return clip_name(reader.stem(path) if reader else path.stem)


def _conversion_at(path: Path) -> FileKind | None:
    """How to convert a file, or the first of a folder's that has to be converted; none where none has."""
    files = [path] if path.is_file() else [entry for entry in entries_of(path) if entry.is_file()]
    return next((conversion for file in files if (conversion := conversion_of(file))), None)


def _described(path: Path) -> str:
    if path.is_file() and (conversion := conversion_of(path)):
        return f"{conversion.name} ({path.suffix})"
    return f"a {path.suffix or 'nameless'} file" if path.is_file() else f"a folder of {content_in_words(path)}"


def _check_names(sources: Iterable[Source]) -> None:
    for source in sources:
        if not re.fullmatch(ENCODER_NAME, source.name):
            raise DataError(
                f"an encoder's name must be letters, digits and _.+- only, got {source.name!r} of {source.place}",
                fix="Rename it, or give it a name with --encoder NAME=PATH.",
            )
