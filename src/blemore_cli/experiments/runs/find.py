"""Search for finished runs: by name, the newest, or the newest of each kind."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from blemore_cli.core.errors import ArtefactError, listed
from blemore_cli.experiments.runs.folder import ARMS, DONE, LATEST, NAME_PATTERN, RunFolder, run_folders

REPORTED_KINDS: Final = ("train", "cv", "ablate", "baseline")
SEARCH: Final = "tune"
"""Kind of runs that have trials, and no models or predictions of their own."""


def find_run(root: Path, name: str | None) -> RunFolder:
    """The finished run of this name, or the newest finished train run; `RUN/arms/ARM` names an arm of a run.

    Raises:
        ArtefactError: If there is none, it is not finished, or it is a search of settings.
    """
    chosen, wrong = name, "Correct --run."
    if chosen is None:
        chosen, wrong = latest_name(root), f"Name one with --run, or delete {root / LATEST} and train again."
    if chosen is None:
        raise ArtefactError(f"a finished run is needed, and {root} has none", fix="Run `blemore train` first.")
    run = RunFolder(root / chosen)
    if not _names_a_run(chosen) or not run.path.is_dir():
        names = listed([run.name for run in run_folders(root)]) or "none"
        raise ArtefactError(f"the run {chosen!r} must be in {root}, which has {names}", fix=wrong)
    if not run.is_finished:
        whole = RunFolder(root / chosen.split("/")[0])
        raise ArtefactError(
            f"the run {chosen!r} must be finished, and {run.path} is not",
            fix=f"Go on with `blemore {whole.kind} --name {whole.name} --resume`.",
        )
    if run.kind == SEARCH:
        raise ArtefactError(
            f"a run with predictions is needed, and {chosen!r} is a search of settings, whose figure and trials are in "
            f"{run.path}",
            fix="Train with the settings of its best.yaml, as `blemore tune` says at its end, and name that run.",
        )
    return run


def report_runs(root: Path, names: Sequence[str]) -> list[RunFolder]:
    """The finished runs of these names, each once; without names the newest of each of the `REPORTED_KINDS`.

    The newest is the one that was finished last. Among `train` runs it is the one that `runs/latest` names.

    Raises:
        ArtefactError: If a named run is not there or not finished, or if there is no finished run at all.
    """
    if names:
        return [find_run(root, name) for name in dict.fromkeys(names)]
    finished = [run for run in run_folders(root) if run.is_finished and not run.name.startswith(".")]
    finished.sort(key=lambda run: ((run.path / DONE).stat().st_mtime_ns, run.name))
    newest = {run.kind: run for run in finished}
    latest = latest_name(root)
    newest |= {run.kind: run for run in finished if run.name == latest and run.kind == "train"}
    runs = [newest[kind] for kind in REPORTED_KINDS if kind in newest]
    if not runs:
        raise ArtefactError(f"a report needs a finished run, and {root} has none", fix="Run `blemore train` first.")
    return runs


def finished_names(root: Path) -> list[str]:
    """The names that `find_run` takes: the finished runs, and `RUN/arms/ARM` for those that compare arms."""
    runs = [run for run in run_folders(root) if NAME_PATTERN.fullmatch(run.name) and run.kind != SEARCH]
    folders = [folder for run in runs for folder in (run, *run_folders(run.path / ARMS))]
    return [str(folder.path.relative_to(root)) for folder in folders if folder.is_finished]


def latest_name(root: Path) -> str | None:
    """The run that `runs/latest` names, finished or not; None without that file."""
    pointer = root / LATEST
    return pointer.read_text(encoding="utf-8", errors="replace").strip() if pointer.is_file() else None


def _names_a_run(chosen: str) -> bool:
    run, *arm = chosen.split("/", 2)
    return all(map(NAME_PATTERN.fullmatch, (run, *arm[1:]))) and arm[:1] in ([], [ARMS]) and len(arm) != 1
