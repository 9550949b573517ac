"""Sources that are one encoder: those of one name, or of one name but for the words of their splits."""

import os
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

from blemore_cli.core.errors import DataError
from blemore_cli.data.features.readers.base import IsClip, Source, visible
from blemore_cli.data.features.search.encoder_names import EncoderName, below, encoder_name
from blemore_cli.data.features.search.joined import joined
from blemore_cli.data.features.search.passed_over import PassedOver
from blemore_cli.data.features.search.split_words import TEST, TRAIN, folded

_HALVES: Final = {(TRAIN,), (TEST,)}
ClipsOf = Callable[[Source], frozenset[str]]

_NEARLY_ALL: Final = 0.9
"""From this share of the other split's clips on, a word such as `train` does not tell which clips there are."""


@dataclass(frozen=True)
class Located:
    """A source as a search comes across it.

    Attributes:
        source: The source under the name of its file or folder.
        root: The path that was searched.
    """

    source: Source
    root: Path

    @property
    def depth(self) -> int:
        """How many folders its file or folder lies below the path that was searched."""
        path = self.source.path
        n_parts = len(below(path, self.root))
        return n_parts - 1 if path.is_file() else n_parts


@dataclass(frozen=True)
class KnownClips:
    """The clips of the metadata.

    Attributes:
        is_clip: Whether a name is that of one.
        train: Names of the training clips; none where there are no metadata.
        test: Names of the test clips, likewise.
    """

    is_clip: IsClip
    train: frozenset[str] = frozenset()
    test: frozenset[str] = frozenset()


def grouped(located: Iterable[Located], clips: KnownClips) -> tuple[list[Source], list[PassedOver]]:
    """Joins the sources that are one encoder.

    Words of splits are left out of the names where the clips agree with them: `train` does not hold the test clips, and
    numbered parts have no clip in common. Sources of one name in different folders two levels deep, which have clips in
    common, are told apart by the name of the folder above.

    Returns:
        A source for each encoder, joined where it is in several places; and sources that are another one once more.
    """

    @cache
    def clips_of(source: Source) -> frozenset[str]:
        try:
            return frozenset(filter(clips.is_clip, source.reader.clips_of(source, clips.is_clip)))
        except DataError:  # reading the source names what is wrong with it
            return frozenset()

    kept, passed_over = _without_repeats(located)
    names = [_Named(each, _name_of(each, clips_of)) for each in kept]
    split = [named for named in names if named.name.splits and _is_split(named, names, clips, clips_of)]
    groups: dict[str, list[_Named]] = {}
    bases = {
        named.name.name: folded(named.name.name)
        for named in names
        if named in split or (named.name.splits_above and not named.name.splits)
    }
    for named in names:
        name = named.name.name if named in split or not named.name.splits else named.name.as_it_stands
        key = bases.get(name, f"{name}/")  # a name holds no slash
        groups.setdefault(key, []).append(named)
    sources = [source for group in groups.values() for source in _encoders_of(group, split, clips_of)]
    return sources, passed_over


@dataclass(frozen=True)
class _Named:
    located: Located
    name: EncoderName

    @property
    def source(self) -> Source:
        return self.located.source


def _name_of(located: Located, clips_of: ClipsOf) -> EncoderName:
    source = located.source
    if source.reader.holds_many and source.path.is_file():
        return EncoderName(source.name, (), source.name, source.name)
    inside = clips_of(source) if source.reader.lists_clips else frozenset()
    return encoder_name(source.name, source.path, located.root, inside)


def _without_repeats(located: Iterable[Located]) -> tuple[list[Located], list[PassedOver]]:
    """Sources without those that are another one of the same name, given twice or reached by a link."""
    kept: dict[tuple[str, str], Located] = {}
    passed_over = []
    for candidate in located:
        source = candidate.source
        first = kept.setdefault((source.name, os.path.realpath(source.path)), candidate).source
        if first is not source and visible(first.path) != visible(source.path):
            passed_over.append(PassedOver(source.path, f"it leads to the same as {first.path}"))
    return list(kept.values()), passed_over


def _is_split(named: _Named, names: list[_Named], clips: KnownClips, clips_of: ClipsOf) -> bool:
    """Whether the words of splits in a name tell which clips there are.

    Of two halves, one that has all clips is an error that reading names; two that have all clips are two encoders.
    """
    partners = [
        other
        for other in names
        if other is not named and other.name.splits and folded(other.name.name) == folded(named.name.name)
    ]
    if named.name.splits in _HALVES:
        halves = [named, *(partner for partner in partners if partner.name.splits in _HALVES)]
        return not all(_has_other_split(half, clips, clips_of) for half in halves)
    inside = clips_of(named.source)
    return bool(partners) and all(not inside & clips_of(partner.source) for partner in partners)


def _has_other_split(half: _Named, clips: KnownClips, clips_of: ClipsOf) -> bool:
    others = clips.test if half.name.splits == (TRAIN,) else clips.train
    return bool(others) and len(clips_of(half.source) & others) >= _NEARLY_ALL * len(others)


def _encoders_of(group: list[_Named], split: list[_Named], clips_of: ClipsOf) -> list[Source]:
    """The encoder of a group, or several where folders two levels deep have the same name and the same clips."""
    ordered = sorted(group, key=lambda named: (named in split, *_order(named)))
    first = ordered[0]
    name = first.name.name if first in split or not first.name.splits else first.name.as_it_stands
    qualified = {named.name.qualified for named in group}
    may_differ = len(qualified) == len(group) > 1 and all(named.located.depth > 1 for named in group)
    if may_differ and not any(named in split for named in group) and _have_common([n.source for n in group], clips_of):
        return [replace(named.source, name=named.name.qualified) for named in group]
    return [joined(name, [named.source for named in sorted(group, key=_order)])]


def _order(named: _Named) -> tuple[bool, bool, Path]:
    """The place of a source among those of its encoder: training clips first, test clips last."""
    splits = named.name.splits or named.name.splits_above
    return TRAIN not in splits, TEST in splits, named.source.path


def _have_common(sources: Collection[Source], clips_of: ClipsOf) -> bool:
    sets = [clips_of(source) for source in sources]
    return sum(map(len, sets)) > len(frozenset().union(*sets))
