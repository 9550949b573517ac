"""Search for a finished run by its name, or for the newest."""

from pathlib import Path

from blemore_cli.core.errors import ArtefactError, listed
from blemore_cli.experiments.runs.folder import ARMS, LATEST, NAME_PATTERN, RunFolder, run_folders


def find_run(root: Path, name: str | None) -> RunFolder:
    """The finished run of this name, or the newest finished train run; `RUN/arms/ARM` names an arm of a run.

    Raises:
        ArtefactError: If there is none, or it is not finished.
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
            fix=f"Go on with `blemore {whole.kind or 'train'} --name {whole.name} --resume`.",
        )
    return run


def finished_names(root: Path) -> list[str]:
    """The names that `find_run` takes: the finished runs, and `RUN/arms/ARM` for those that compare arms."""
    runs = [run for run in run_folders(root) if NAME_PATTERN.fullmatch(run.name)]
    folders = [folder for run in runs for folder in (run, *run_folders(run.path / ARMS))]
    return [str(folder.path.relative_to(root)) for folder in folders if folder.is_finished]


def latest_name(root: Path) -> str | None:
    """The run that `runs/latest` names, finished or not; None without that file."""
    pointer = root / LATEST
    return pointer.read_text(encoding="utf-8", errors="replace").strip() if pointer.is_file() else None


def _names_a_run(chosen: str) -> bool:
    run, *arm = chosen.split("/", 2)
    return all(map(NAME_PATTERN.fullmatch, (run, *arm[1:]))) and arm[:1] in ([], [ARMS]) and len(arm) != 1
