"""Extraction of the features of many clips by many encoders, resumable at any moment."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from blemore_cli.core.errors import DataError, LostWorkerError, listed, unwritable
from blemore_cli.core.parallel.engines import new_engine
from blemore_cli.core.parallel.task_outcome import Failed
from blemore_cli.core.processes.lock import locked
from blemore_cli.extraction.clip import ClipTask, extract_clip, records_of_lost, source_of
from blemore_cli.extraction.encoders.families import EncoderSpec
from blemore_cli.extraction.manifest import ClipRecord, Manifest
from blemore_cli.extraction.media.files import ClipMedia
from blemore_cli.extraction.recipe import recipe_of

Progress = Callable[[str, float, float], None]

LOCK_FILE: Final = ".extract.lock"
N_ALIKE: Final = 20
"""Clips after which an encoder that failed on all of them for one reason stops the extraction."""


@dataclass(frozen=True)
class ExtractionPlan:
    """What is extracted, and how.

    Attributes:
        clips: Media of the clips.
        specs: The encoders.
        out: Folder of the encoders' folders.
        device: Where encoders run: `cpu`, or `cuda:N`.
        jobs: Processes; 0 is one for each core.
        retry_failed: Whether clips that failed before are tried again.
    """

    clips: Sequence[ClipMedia]
    specs: Sequence[EncoderSpec]
    out: Path
    device: str = "cpu"
    jobs: int = 0
    retry_failed: bool = False


@dataclass(frozen=True)
class Extraction:
    """The state of an extraction at its end.

    Attributes:
        manifests: The manifest of each encoder by name.
        n_new: Clips that were extracted now, not before.
    """

    manifests: dict[str, Manifest]
    n_new: int


def extract_all(plan: ExtractionPlan, *, progress: Progress = lambda *_: None) -> Extraction:
    """Extracts what is not there yet, and records each clip as soon as it is done.

    Raises:
        UsageError: If a package is missing.
        DataError: If weights are missing, or an encoder fails on its first clips for one reason.
        ArtefactError: If a folder holds features of another recipe, or cannot be written.
    """
    recipes = {spec.name: recipe_of(spec, plan.device) for spec in plan.specs}
    try:
        plan.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(plan.out, error) from error
    with locked(plan.out / LOCK_FILE):
        manifests = {name: Manifest(plan.out / name) for name in recipes}
        for name, recipe in recipes.items():
            manifests[name].begin(recipe)
        tasks = _tasks(plan, manifests)
        recorder = _Recorder(manifests, len(plan.clips), len(plan.clips) - len(tasks), progress)
        with new_engine(plan.jobs) as engine:
            engine.run(extract_clip, tasks, finished=lambda number, outcome: recorder.finished(tasks[number], outcome))
        recorder.write_held()
    return Extraction(manifests, len(tasks))


def _tasks(plan: ExtractionPlan, manifests: dict[str, Manifest]) -> list[ClipTask]:
    tasks = []
    for media in plan.clips:
        sources = {spec: source_of(spec, media) for spec in plan.specs}
        specs = tuple(
            spec
            for spec, source in sources.items()
            if not manifests[spec.name].is_done(media.clip, source, retry_failed=plan.retry_failed)
        )
        if specs:
            tasks.append(ClipTask(media, specs, plan.out, plan.device))
    return tasks


@dataclass
class _Recorder:
    """Writes the records of finished clips; failures are held back until it is clear that not all clips fail alike."""

    manifests: dict[str, Manifest]
    n_clips: int
    n_done: int
    progress: Progress
    held: dict[str, list[ClipRecord]] = field(default_factory=dict)
    works: set[str] = field(default_factory=set)

    def finished(self, task: ClipTask, outcome: dict[str, ClipRecord] | Failed) -> None:
        if isinstance(outcome, Failed):
            if not isinstance(outcome.error, LostWorkerError):
                outcome.raise_again()
            outcome = records_of_lost(task, outcome.message)
        for name, record in outcome.items():
            self._take(name, record)
        self.n_done += 1
        self.progress("clips", self.n_done, self.n_clips)

    def write_held(self) -> None:
        for name in list(self.held):
            for record in self.held.pop(name):
                self.manifests[name].add(record)

    def _take(self, name: str, record: ClipRecord) -> None:
        if name in self.works:
            self.manifests[name].add(record)
            return
        waiting = self.held.setdefault(name, [])
        waiting.append(record)
        if not record.failure or record.failure != waiting[0].failure or self.manifests[name].records:
            self.works.add(name)
            for earlier in self.held.pop(name):
                self.manifests[name].add(earlier)
        elif len(waiting) >= N_ALIKE:
            clips = [each.clip for each in waiting]
            raise DataError(
                f"encoder {name} must have features of some clip, and failed on the first {N_ALIKE} alike "
                f"({listed(clips, 3)}): {record.failure}",
                fix="Check the media and the encoder's options, or leave this encoder out.",
            )
