"""Run folder: the files of a run, their names, and whether the run is finished."""

import re
import shutil
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from blemore_cli.core.config.file import load_config
from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import ArtefactError, ConfigError
from blemore_cli.core.files import write_json, write_text
from blemore_cli.core.lock import locked

DONE: Final = "done"
KIND: Final = "kind"
INDEX: Final = "index.sha256"
SLOTS: Final = "slots"
LATEST: Final = "latest"
LOCK: Final = "lock"
ARMS: Final = "arms"
"""Folder of the arms' run folders, in a run that compares arms."""
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
    def is_finished(self) -> bool:
        """Whether every artefact is written."""
        return (self.path / DONE).is_file()

    @property
    def kind(self) -> str:
        """The command that began the run; one of an older version does not note it, and is `train` or has arms."""
        path = self.path / KIND
        if path.is_file():
            return path.read_text(encoding="utf-8", errors="replace").strip()
        return "ablate" if self.has_arms else "train"

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
        """The resolved configuration of the run.

        Raises:
            ArtefactError: If it is missing or damaged.
        """
        path = self.path / "config.yaml"
        try:
            if path.is_file() and path.stat().st_size:
                return load_config(path)[0]
            problem = f"{path} must be there and not empty"
        except ConfigError as error:
            problem = error.message
        raise ArtefactError(problem, fix="Restore the run's config.yaml, or train again.")

    def locked(self) -> AbstractContextManager[None]:
        """Keeps other commands from writing into the folder inside a block; this process may do so again in it.

        Raises:
            ArtefactError: If another process is at work on it.
        """
        return locked(self.path / LOCK)

    def reopen(self) -> None:
        """Takes the done marker back before more is trained, and clears what killed processes left half-written.

        The lock must be held: then no other process is writing what is cleared.
        """
        (self.path / DONE).unlink(missing_ok=True)
        for leftover in (*self.path.glob(".*"), *self.checkpoints.glob(".*")):
            if leftover.is_dir():
                shutil.rmtree(leftover, ignore_errors=True)
            else:
                leftover.unlink(missing_ok=True)

    def finish(self, metrics: dict[str, Any]) -> None:
        """Writes the metrics and the done marker, then removes the predictions of the inner trainings."""
        write_json(self.path / "metrics.json", metrics)
        write_text(self.path / DONE, "")
        shutil.rmtree(self.inner, ignore_errors=True)

    def become_latest(self) -> None:
        """Makes this the run that commands use where none is named."""
        write_text(self.path.parent / LATEST, self.name + "\n")


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
    return [RunFolder(path) for path in sorted(root.iterdir()) if path.is_dir()] if root.is_dir() else []
