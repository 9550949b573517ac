"""Sources of the layers of one model, which are read together and given one at a time."""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from blemore_cli.core.errors import DataError, listed
from blemore_cli.core.parallel.engines import new_engine
from blemore_cli.core.parallel.task_outcome import Failed
from blemore_cli.data.features.folder import combined_sha256, joined
from blemore_cli.data.features.layers.choice import shown
from blemore_cli.data.features.layers.spool import Spool
from blemore_cli.data.features.layers.stack import ClipLayers, Splitting, split_layers
from blemore_cli.data.features.readers.base import IsClip, Request, Source, SourceReader
from blemore_cli.data.features.records import SourceFeatures

_BATCH: Final = 8
_STAGE: Final = 16
_CLIPS_WORTH_PROCESSES: Final = 200


@dataclass(frozen=True)
class LayerStack:
    """The layers of the clips of one source.

    Attributes:
        source: The source, of arrays with layers.
        numbers: The chosen layers.
        n_layers: How many layers there are.
        places: Where the clips of the challenge are.
        splitting: How the array of a clip is read, and what is taken of it.
    """

    source: Source
    numbers: tuple[int, ...]
    n_layers: int
    places: Callable[[IsClip], dict[str, Any]]
    splitting: Splitting


@dataclass
class _Together:
    """The features of all encoders of a stack, from the first reading to the last encoder."""

    stack: LayerStack
    spool: Spool | None = None
    clips: list[str] = field(default_factory=list)
    sha256: str = ""
    files: dict[Path, str] = field(default_factory=dict)
    n_left: int = 0

    def features(self, encoder: int, request: Request) -> SourceFeatures:
        spool = self.spool or self.read(request)
        features = joined(dict(zip(self.clips, spool.features(encoder), strict=True)), request.config.aggregate)
        self.n_left -= 1
        if self.n_left == 0:
            spool.close()
            self.spool = None
        return replace(features, sha256=self.digest(self.sha256, encoder), files=self.files)

    def read(self, request: Request) -> Spool:
        stack, config = self.stack, request.config
        places = stack.places(request.is_clip)
        spool = Spool(config.index.parent, stack.splitting.n_features)
        try:
            layers = self._spooled(places, spool, request)
            self._check_layers(dict(zip(places, layers, strict=True)))
        except BaseException:
            spool.close()
            raise
        self.spool, self.clips, self.n_left = spool, list(places), stack.splitting.n_features
        self._note_checksums(places, [clip.sha256 for clip in layers], request)
        return spool

    def _spooled(self, places: dict[str, Any], spool: Spool, request: Request) -> list[ClipLayers]:
        """Reads all clips, some hundred at a time, and keeps what is not in the spool."""
        tasks = [list(places.values())[start : start + _BATCH] for start in range(0, len(places), _BATCH)]
        split = partial(split_layers, self.stack.splitting, request.config.aggregate, request.frame_rules)
        layers: list[ClipLayers] = []
        jobs = request.config.jobs if len(places) >= _CLIPS_WORTH_PROCESSES else 1
        with new_engine(jobs) as engine:
            for start in range(0, len(tasks), _STAGE):
                for outcome in engine.run(split, tasks[start : start + _STAGE]):
                    if isinstance(outcome, Failed):
                        outcome.raise_again()
                    for clip in outcome:
                        if clip.features:
                            spool.append(clip.features)
                        layers.append(replace(clip, features=()))
                request.done(len(layers))
        return layers

    def _check_layers(self, clips: dict[str, ClipLayers]) -> None:
        """Refuses clips whose number of layers is another than that of most."""
        counts = Counter(clip.n_layers for clip in clips.values() if clip.n_layers)
        usual = counts.most_common(1)[0][0] if len(counts) > 1 else self.stack.n_layers
        if deviating := [name for name, clip in clips.items() if clip.n_layers not in {0, usual}]:
            raise DataError(
                f"the clips of an encoder must have the same layers, got {clips[deviating[0]].n_layers} for "
                f"{listed(deviating, 3)} and {usual} for the other {counts[usual]} of {len(clips)}",
                fix="Extract the features of all clips in one way.",
            )

    def _note_checksums(self, places: dict[str, Any], digests: Sequence[str], request: Request) -> None:
        """The checksum that the source's own reader gives, and those of the files of clips."""
        if all(isinstance(place, Path) for place in places.values()):
            self.files = dict(zip(places.values(), digests, strict=True))
            self.sha256 = combined_sha256(places, digests)
        else:
            self.sha256 = self.stack.source.reader.sha256(self.stack.source, request) or ""

    def digest(self, sha256: str, encoder: int) -> str:
        """The checksum of one encoder: that of the source, and what is taken of it."""
        stack = self.stack
        taken = (
            f"mean of layers {shown(stack.numbers)}" if stack.splitting.is_mean else f"layer {stack.numbers[encoder]}"
        )
        return hashlib.sha256(f"{sha256}\n{taken}".encode()).hexdigest()


class LayerReader(SourceReader):
    """One layer of a source, or the mean of some; the first one that is read reads the source for all of them."""

    name = "layers"

    def __init__(self, together: _Together, encoder: int) -> None:
        self._together, self._encoder = together, encoder
        self._inner = together.stack.source

    def encoders_at(self, candidate: object) -> list[str]:
        """None: layers are chosen after the search."""
        del candidate
        return []

    def clips_of(self, source: Source, is_clip: IsClip | None = None) -> list[str]:
        """The clips of the source with the layers."""
        del source
        return self._inner.reader.clips_of(self._inner, is_clip)

    def read(self, source: Source, request: Request) -> SourceFeatures:
        """Reads all layers, or takes this one where they were read."""
        del source
        return self._together.features(self._encoder, request)

    def files(self, source: Source, is_clip: IsClip) -> list[Path]:
        """The files of the source with the layers."""
        del source
        return self._inner.reader.files(self._inner, is_clip)

    def sha256(self, source: Source, request: Request) -> str | None:
        """The checksum of the source and the layer."""
        del source
        if not self._together.sha256:
            self._together.sha256 = self._inner.reader.sha256(self._inner, request) or ""
        return self._together.digest(self._together.sha256, self._encoder) if self._together.sha256 else None


def sources_of(stack: LayerStack) -> list[Source]:
    """A source for each chosen layer, named NAME.06, or one for their mean, named NAME."""
    together, source = _Together(stack), stack.source
    names = [source.name] if stack.splitting.is_mean else [f"{source.name}.{number:02d}" for number in stack.numbers]
    return [Source(name, source.path, LayerReader(together, encoder)) for encoder, name in enumerate(names)]
