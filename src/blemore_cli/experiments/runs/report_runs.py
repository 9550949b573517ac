"""Runs of a report: those that are named, or the newest finished one of each kind."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from blemore_cli.core.errors import ArtefactError
from blemore_cli.experiments.runs.find import find_run, latest_name
from blemore_cli.experiments.runs.folder import DONE, RunFolder, run_folders

REPORTED_KINDS: Final = ("train", "cv", "ablate", "baseline")


def report_runs(root: Path, names: Sequence[str]) -> list[RunFolder]:
    """The finished runs of these names, without repeats; without names the newest of each kind, as in `REPORTED_KINDS`.

    The newest is the one that was finished last. Among `train` runs it is the one that `runs/latest` names.

    Args:
        root: Folder of all runs.
        names: Names of runs.

    Raises:
        ArtefactError: If a named run is not there or not finished, or if there is no finished run at all.
    """
    if names:
        return [find_run(root, name) for name in dict.fromkeys(names)]
    newest: dict[str, RunFolder] = {}
    for run in sorted(_finished(root), key=lambda run: ((run.path / DONE).stat().st_mtime_ns, run.name)):
        newest[kind_of(run)] = run
    if (latest := _latest(root)) is not None:
        newest["train"] = latest
    runs = [newest[kind] for kind in REPORTED_KINDS if kind in newest]
    if not runs:
        raise ArtefactError(f"a report needs a finished run, and {root} has none", fix="Run `blemore train` first.")
    return runs


def kind_of(run: RunFolder) -> str:
    """The command that made a run; `train` for a folder of an older version, which does not hold it."""
    return run.kind or "train"


def _finished(root: Path) -> list[RunFolder]:
    return [run for run in run_folders(root) if run.is_finished and not run.name.startswith(".")]


def _latest(root: Path) -> RunFolder | None:
    """The run that `runs/latest` names, if that is a finished train run."""
    named = latest_name(root)
    return next((run for run in _finished(root) if run.name == named and kind_of(run) == "train"), None)
