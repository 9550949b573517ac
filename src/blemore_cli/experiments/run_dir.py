"""Run folders: where a run keeps its config, predictions, metrics and checkpoints, and when it counts as finished."""

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from blemore_cli.core.config import Config
from blemore_cli.core.config_file import dump_config, load_config
from blemore_cli.core.errors import ArtefactError, ConfigError, UsageError, listed
from blemore_cli.core.files import write_json, write_text

DONE: Final = "done"
KIND: Final = "kind"
INDEX: Final = "index.sha256"
LATEST: Final = "latest"
ARMS: Final = "arms"
"""Folder of the arms' run folders, in a run that compares arms."""
NAME_PATTERN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]{0,99}")
WITHOUT_EFFECT: Final = {"data": {"jobs"}, "train": {"jobs"}}
"""Keys that change how long a run takes but not what comes out; a resumed run may change them."""


@dataclass(frozen=True)
class RunDir:
    """One run's folder, `runs/NAME`."""

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
        """The command that began it; nothing where an older version did."""
        path = self.path / KIND
        return path.read_text(encoding="utf-8", errors="replace").strip() if path.is_file() else ""

    @property
    def has_arms(self) -> bool:
        """Whether it compares arms, each of which has a run folder of its own in it."""
        return (self.path / ARMS).is_dir()

    @property
    def checkpoints(self) -> Path:
        """Folder of the fold models."""
        return self.path / "checkpoints"

    @property
    def inner(self) -> Path:
        """Folder of what the inner trainings said, until the run is finished."""
        return self.path / "inner"

    def config(self) -> Config:
        """The resolved configuration of the run.

        Raises:
            ArtefactError: If it is missing or damaged.
        """
        path = self._existing("config.yaml")
        try:
            if path.stat().st_size:
                return load_config(path)[0]
            problem = f"{path} must not be empty"
        except ConfigError as error:
            problem = error.message
        raise ArtefactError(problem, fix="Restore the run's config.yaml, or train again.")

    def metrics(self) -> dict[str, Any]:
        """What `metrics.json` holds.

        Raises:
            ArtefactError: If it is missing or damaged.
        """
        path = self._existing("metrics.json")
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except (ValueError, OSError, RecursionError) as error:
            raise ArtefactError(f"{path} must be JSON: {error}", fix="Restore it, or train again.") from error
        if not isinstance(content, dict):
            raise ArtefactError(f"{path} must hold a JSON object", fix="Restore it, or train again.")
        return content

    def _existing(self, file: str) -> Path:
        path = self.path / file
        if not path.is_file():
            raise ArtefactError(
                f"the run {self.name} needs {path}, which is missing", fix="Restore it, or train again."
            )
        return path

    def reopen(self) -> None:
        """Takes the done marker back before more is trained, and clears what killed processes left half-written."""
        (self.path / DONE).unlink(missing_ok=True)
        for leftover in (*self.path.glob(".*"), *self.checkpoints.glob(".*")):
            if leftover.is_dir():
                shutil.rmtree(leftover, ignore_errors=True)
            else:
                leftover.unlink(missing_ok=True)

    def finish(self, metrics: dict[str, Any]) -> None:
        """Writes the metrics and the done marker, then removes what the inner trainings said."""
        write_json(self.path / "metrics.json", metrics)
        write_text(self.path / DONE, "")
        shutil.rmtree(self.inner, ignore_errors=True)

    def become_latest(self) -> None:
        """Makes this the run that commands take where none is named."""
        write_text(self.path.parent / LATEST, self.name + "\n")


def start_run(root: Path, config: Config, *, kind: str, name: str | None, resume: bool) -> RunDir:
    """Opens a new run folder, or an unfinished one that is to be resumed.

    Args:
        root: Folder of all runs.
        config: The resolved configuration, which a resumed run must share.
        kind: Prefix of an automatic name, such as `train`.
        name: Name of the run; None takes the next number, or with `resume` the newest unfinished run.
        resume: Go on with what is there; a run that is not there yet is started.

    Raises:
        ArtefactError: If the folder exists and `resume` is off, or its configuration differs.
    """
    if name is not None and (not NAME_PATTERN.fullmatch(name) or name == LATEST):
        raise UsageError(
            f"a run's name is made of letters, digits and _.+- and is not {LATEST!r}, got {name!r}",
            fix="Choose another --name.",
        )
    run = RunDir(root / (name or _automatic_name(root, kind, resume=resume)))
    try:
        run.path.mkdir(parents=True, exist_ok=resume)
    except FileExistsError:
        state = "finished" if run.is_finished else "unfinished"
        raise ArtefactError(
            f"a run is never overwritten, and {run.path} holds one that is {state}",
            fix="Choose another --name, go on with --resume, or delete the folder.",
        ) from None
    except OSError as error:
        raise ArtefactError(f"{run.path} must be a folder to write to: {error.strerror}", fix="Check runs.") from error
    _settle_kind(run, kind)
    settle_config(run, config)
    return run


def _settle_kind(run: RunDir, kind: str) -> None:
    if not run.kind:
        write_text(run.path / KIND, kind + "\n")
    elif run.kind != kind:
        raise ArtefactError(
            f"`blemore {kind}` goes on with runs of its own, and {run.path} is one of `blemore {run.kind}`",
            fix="Choose another --name.",
        )


def settle_config(run: RunDir, config: Config) -> None:
    """Writes the configuration of a run, or checks that the one that is there is the same.

    Raises:
        ArtefactError: If it differs in more than the number of processes.
    """
    if (run.path / "config.yaml").exists():
        _check_same_config(run, config)
    else:
        write_text(run.path / "config.yaml", dump_config(config))


def settle_index(run: RunDir, sha256: str) -> None:
    """Writes the checksum of the index that a run is trained on, or checks that it is still this one.

    Raises:
        ArtefactError: If the index changed since: its models and inner predictions would be of two data sets.
    """
    path = run.path / INDEX
    if not path.is_file():
        write_text(path, sha256 + "\n")
    elif (before := path.read_text(encoding="utf-8", errors="replace").strip()) != sha256:
        raise ArtefactError(
            f"a resumed run keeps its index, whose sha256 in {path} is {before[:12]}..., got {sha256[:12]}...",
            fix="Restore the index that the run was begun with, or start a run of another --name.",
        )


def _automatic_name(root: Path, kind: str, *, resume: bool) -> str:
    numbers = {int(match[1]): path for path in _folders(root) if (match := re.fullmatch(rf"{kind}-(\d+)", path.name))}
    unfinished = [path for _, path in sorted(numbers.items()) if not RunDir(path).is_finished]
    if resume and unfinished:
        return unfinished[-1].name
    return f"{kind}-{max(numbers, default=0) + 1:03d}"


def _folders(root: Path) -> list[Path]:
    return sorted(path for path in root.iterdir() if path.is_dir()) if root.is_dir() else []


def _check_same_config(run: RunDir, config: Config) -> None:
    before, now = (_effective(each) for each in (run.config(), config))
    changed = [key for key in now if before.get(key) != now[key]]
    if changed:
        raise ArtefactError(
            f"a resumed run keeps its configuration, and {run.path / 'config.yaml'} differs in {listed(changed)}",
            fix="Resume with the same options, or start a run of another --name.",
        )


def _effective(config: Config) -> dict[str, Any]:
    sections = config.model_dump(exclude=WITHOUT_EFFECT)
    flat = {
        f"{name}.{key}": value
        for name, part in sections.items()
        if isinstance(part, dict)
        for key, value in part.items()
    }
    return {**flat, "runs": None}


def find_run(root: Path, name: str | None) -> RunDir:
    """The finished run of this name, or the newest finished train run; `RUN/arms/ARM` names an arm of a run.

    Raises:
        ArtefactError: If there is none, or it is not finished.
    """
    chosen, wrong = name, "Correct --run."
    if chosen is None:
        chosen, wrong = _latest(root), f"Name one with --run, or delete {root / LATEST} and train again."
    run = RunDir(root / chosen)
    if not _names_a_run(chosen) or not run.path.is_dir():
        there = listed([path.name for path in _folders(root)]) or "none"
        raise ArtefactError(f"the run {chosen!r} must be in {root}, which has {there}", fix=wrong)
    if not run.is_finished:
        whole = RunDir(root / chosen.split("/")[0])
        raise ArtefactError(
            f"the run {chosen!r} must be finished, and {run.path} is not",
            fix=f"Go on with `blemore {whole.kind or 'train'} --name {whole.name} --resume`.",
        )
    return run


def finished_names(root: Path) -> list[str]:
    """What `find_run` takes: the finished runs, and `RUN/arms/ARM` for those that compare arms."""
    runs = [path for path in _folders(root) if NAME_PATTERN.fullmatch(path.name)]
    found = [path for run in runs for path in (run, *_folders(run / ARMS))]
    return [str(path.relative_to(root)) for path in found if RunDir(path).is_finished]


def _names_a_run(chosen: str) -> bool:
    run, *arm = chosen.split("/", 2)
    return all(map(NAME_PATTERN.fullmatch, (run, *arm[1:]))) and arm[:1] in ([], [ARMS]) and len(arm) != 1


def _latest(root: Path) -> str:
    pointer = root / LATEST
    if not pointer.is_file():
        raise ArtefactError(f"a finished run is needed, and {root} has none", fix="Run `blemore train` first.")
    return pointer.read_text(encoding="utf-8", errors="replace").strip()
