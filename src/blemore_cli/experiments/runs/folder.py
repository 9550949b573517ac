"""Run folder: the files of a run, their names, and whether the run is finished."""

import hashlib
import json
import re
import shutil
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from blemore_cli.core.checksum_list import changed_files, check_listed, read_checksums, read_facts, write_checksums
from blemore_cli.core.config.file import load_config, normal_paths, written_values
from blemore_cli.core.config.schema import FIELDS, Config
from blemore_cli.core.errors import ArtefactError, ConfigError, listed
from blemore_cli.core.files import write_json, write_text
from blemore_cli.core.processes.lock import locked

DONE: Final = "done"
KIND: Final = "kind"
INDEX: Final = "index.sha256"
SLOTS: Final = "slots"
DEVICE: Final = "device"
LATEST: Final = "latest"
LOCK: Final = "lock"
ARMS: Final = "arms"
"""Folder of the arms' run folders, in a run that compares arms."""
CONFIG: Final = "config.yaml"
WITHOUT_EFFECT: Final = ("runs", "extract", "data.jobs", "train.jobs")
"""Keys and sections that change where a run is kept and how long it takes, but not what comes out."""

SETTINGS: Final = (KIND, INDEX, SLOTS, DEVICE, "shift.json")
TABLES: Final = tuple(f"{kind}{part}.csv" for kind in ("", "gate_", "soundness_") for part in ("oof", "test"))
RESULTS: Final = ("metrics.json", *TABLES, "log.jsonl")
"""What is made of the models: it can be made again."""

KEPT: Final = (".git", ".dvc", ".ipynb")
"""Start of the names of hidden files that are of other programs; all others in a run are left by killed processes."""

RESTORE: Final = "Restore it, or train again."
MAKE_AGAIN: Final = "Restore it, or make it again from the models with --resume."
NAME_PATTERN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]{0,99}")


@dataclass(frozen=True)
class RunFolder:
    """Folder `runs/NAME` of a run, or `runs/NAME/arms/ARM` of an arm."""

    path: Path

    @property
    def name(self) -> str:
        """The run's name."""
        return self.path.name

    @property
    def root(self) -> Path:
        """Folder of all runs, wherever it is now."""
        is_arm = self.path.parent.name == ARMS and (self.path.parents[1] / CONFIG).is_file()
        return self.path.parents[2] if is_arm else self.path.parent

    @property
    def is_finished(self) -> bool:
        """Whether every artefact is written."""
        return (self.path / DONE).is_file()

    @property
    def kind(self) -> str:
        """The command that began the run; one of an older version does not note it, and is `train` or has arms.

        Raises:
            ArtefactError: If it is not what the run was finished with.
        """
        path = self.path / KIND
        if not path.is_file():
            return "ablate" if self.has_arms else "train"
        self.check(KIND)
        return path.read_text(encoding="utf-8", errors="replace").strip()

    @property
    def has_arms(self) -> bool:
        """Whether the run compares arms, whose run folders are below this one."""
        return (self.path / ARMS).is_dir()

    @property
    def checkpoints(self) -> Path:
        """Folder of the fold models."""
        return self.path / "checkpoints"

    @property
    def inner(self) -> Path:
        """Folder of the predictions of the inner trainings, until the run is finished."""
        return self.path / "inner"

    def config(self) -> Config:
        """The resolved configuration of the run; keys that are younger than a finished run have their defaults.

        Raises:
            ArtefactError: If it is missing or damaged, not what the run was finished with, or lacks keys that were not
                missing then.
        """
        config, missing = self.config_and_missing_keys()
        noted = self._noted_config()
        if missing and noted != self._config_sha256():
            raise ArtefactError(
                f"{self.path / CONFIG} must name every key, and lacks {listed(missing)}",
                fix="Restore it, complete it with --resume and the options of the run, or train again.",
            )
        if noted and noted != self._config_sha256():
            raise ArtefactError(
                f"{self.path / CONFIG} is damaged: its values are not those that the run was trained with", fix=RESTORE
            )
        return config

    def config_and_missing_keys(self) -> tuple[Config, list[str]]:
        """The configuration with the defaults of keys that its file does not name, and these keys.

        Raises:
            ArtefactError: If it is missing, or no configuration.
        """
        path = self.path / CONFIG
        try:
            if path.is_file() and path.stat().st_size:
                written = written_values(path)
                return normal_paths(load_config(path)[0]), [key for key in FIELDS if key not in written]
            problem = f"{path} must be there and not empty"
        except ConfigError as error:
            problem = error.message
        raise ArtefactError(problem, fix="Restore the run's config.yaml, or train again.")

    def check(self, name: str) -> None:
        """Checks that a file of a finished run is what the run was finished with; nothing where that is not noted.

        Raises:
            ArtefactError: If it is another.
        """
        if name.startswith(f"{self.checkpoints.name}/"):
            fix = f"Restore it, or delete {(self.path / name).parent} and train that model again with --resume."
        else:
            fix = MAKE_AGAIN if name in RESULTS else RESTORE
        check_listed(self.path / DONE, name, fix=fix)

    def check_model(self, folder: Path) -> None:
        """The same for all files of a fold model.

        Raises:
            ArtefactError: If one is another.
        """
        start = f"{folder.relative_to(self.path).as_posix()}/"
        for name in read_checksums(self.path / DONE):
            if name.startswith(start):
                self.check(name)

    def noted_models(self) -> list[str]:
        """Names of the models that the run was finished with, in order; nothing where that is not noted."""
        start = f"{self.checkpoints.name}/"
        names = [name for name in read_checksums(self.path / DONE) if name.startswith(start)]
        return list(dict.fromkeys(name.split("/")[1] for name in names))

    @property
    def has_checksums(self) -> bool:
        """Whether the run is finished, and notes what it was finished with."""
        return self._noted_config() is not None

    @property
    def is_intact(self) -> bool:
        """Whether the run is finished, and every file is what it was finished with."""
        if not self.has_checksums or changed_files(self.path / DONE):
            return False
        return self._noted_config() == self._config_sha256()

    def _noted_config(self) -> str | None:
        return read_facts(self.path / DONE).get(CONFIG)

    def _config_sha256(self) -> str:
        """The checksum of the configuration as it is written, without what has no effect."""
        values = {key: value for key, value in written_values(self.path / CONFIG).items() if has_effect(key)}
        return hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()

    def locked(self) -> AbstractContextManager[None]:
        """Keeps other commands from writing into the folder inside a block; this process may do so again in it.

        Raises:
            ArtefactError: If another process is at work on it.
        """
        return locked(self.path / LOCK)

    def reopen(self) -> None:
        """Takes the done marker back before more is trained, and clears what killed processes left half-written.

        The lock must be held: then no other process is writing what is cleared.

        Raises:
            ArtefactError: If a model or setting of the run is not what it was finished with: it is not counted in anew.
        """
        for name in read_checksums(self.path / DONE):
            if name not in RESULTS and (self.path / name).exists():
                self.check(name)
        (self.path / DONE).unlink(missing_ok=True)
        begun = [path for path in self.path.glob(".*") if not path.name.startswith(KEPT)]
        for leftover in (*begun, *self.checkpoints.glob(".*")):
            if leftover.is_dir():
                shutil.rmtree(leftover, ignore_errors=True)
            else:
                leftover.unlink(missing_ok=True)

    def finish(self, metrics: dict[str, Any]) -> None:
        """Writes the metrics and the done marker, then removes the predictions of the inner trainings."""
        write_json(self.path / "metrics.json", metrics)
        self.mark_finished()
        self.remove_inner()

    def remove_inner(self) -> None:
        """Removes the predictions of the inner trainings, also those that a process killed at this left."""
        shutil.rmtree(self.inner, ignore_errors=True)

    def mark_finished(self) -> None:
        """Writes the done marker, which holds the checksum of every file of the run that commands read."""
        models = [path for path in self.checkpoints.glob("[!.]*/*") if path.is_file()]
        names = [path.relative_to(self.path).as_posix() for path in models]
        written = [name for name in (*SETTINGS, *RESULTS) if (self.path / name).is_file()]
        facts = {CONFIG: self._config_sha256()} if (self.path / CONFIG).is_file() else None
        write_checksums(self.path / DONE, [*written, *names], facts)

    def become_latest(self) -> None:
        """Makes this the run that commands use where none is named."""
        write_text(self.path.parent / LATEST, self.name + "\n")


def has_effect(key: str) -> bool:
    """Whether a dotted key decides what comes out of a run; a resumed run may change the others."""
    return not {key, key.partition(".")[0]} & set(WITHOUT_EFFECT)


def writing_into(root: Path, path: Path) -> AbstractContextManager[None]:
    """Holds the lock of the run below `root` that a path is in inside a block; does nothing where it is in none.

    Raises:
        ArtefactError: If another process is at work on the run.
    """
    path, root = path.resolve(), root.resolve()
    name = path.relative_to(root).parts[:1] if path.is_relative_to(root) else ()
    return RunFolder(root.joinpath(*name)).locked() if name and root.joinpath(*name).is_dir() else nullcontext()


def run_folders(root: Path) -> list[RunFolder]:
    """All run folders of a project, finished or not, in the order of their names."""
    folders = [path for path in sorted(root.iterdir()) if path.is_dir()] if root.is_dir() else []
    return [RunFolder(path) for path in folders if not path.name.startswith(".")]  # what runs share is hidden
