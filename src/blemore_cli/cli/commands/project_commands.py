"""`blemore init` and `blemore demo`."""

import shlex
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from blemore_cli.cli.command import Session
from blemore_cli.cli.commands.ablation_commands import ArmOptions, ablate
from blemore_cli.cli.commands.data_commands import index
from blemore_cli.cli.commands.explain_commands import explain
from blemore_cli.cli.commands.report_commands import report
from blemore_cli.cli.commands.submission_commands import submit
from blemore_cli.cli.commands.training_commands import train
from blemore_cli.cli.console import Output, table
from blemore_cli.cli.options.index_options import IndexOptions
from blemore_cli.cli.options.media_options import MediaOptions
from blemore_cli.cli.options.predictor_options import PredictorOptions
from blemore_cli.cli.options.training_options import TrainingOptions
from blemore_cli.core.choices import PROJECT_FILE
from blemore_cli.core.errors import ArtefactError, UsageError

PLANTED_ROWS: Final = {
    "presence": "presence accuracy, test clips",
    "salience": "salience accuracy, test clips",
    "score": "Score, test clips",
    "precision": "selected encoders that are sound, out of fold",
    "chance": "  by chance, since nine of twelve are noise or mislead",
    "estimate": "  as `blemore explain` says without the answer",
    "test_precision": "the same on the test clips",
}


def init(
    session: Session,
    folder: Annotated[Path, typer.Argument(help="Project folder.", metavar="[DIR]", show_default=False)] = Path(),
    features: Annotated[list[Path] | None, typer.Option(help="Features; repeatable.", metavar="PATH")] = None,
    train_metadata: Annotated[Path | None, typer.Option(help="Official training metadata.", metavar="CSV")] = None,
    test_metadata: Annotated[Path | None, typer.Option(help="Names of the test clips.", metavar="CSV")] = None,
) -> None:
    """Write a commented blemore.yaml, with the organisers' feature pack and metadata where they are below."""
    _check_no_config(session)
    from blemore_cli.core.config.template import write_project_file

    path = folder / PROJECT_FILE
    sources, notes = _sources_below(folder, features or [])
    metadata = _metadata_below(folder, train_metadata, test_metadata)
    notes += write_project_file(path, features=sources, train_metadata=metadata[0], test_metadata=metadata[1])
    session.output.notes(notes)
    session.output.result({"config": str(path)}, f"wrote {path}", next_step=_inside(folder, "blemore index"))


def _sources_below(folder: Path, features: list[Path]) -> tuple[list[Path], list[str]]:
    """Features that are given, with their other halves; else the organisers' pack, in the folder or in this one."""
    from blemore_cli.data.features.search.official_pack import pack_folders, unpacked_notes, with_other_halves

    if features:
        sources = with_other_halves(features)
        added = [path for path in sources if path not in features]
        return sources, [*(f"{path}, the other half, is written as well" for path in added), *unpacked_notes(sources)]
    pack = pack_folders(folder) or pack_folders(Path())
    usual = folder / "features"
    if not pack:
        return [], []
    where, notes = f"the organisers' feature pack is in {' and '.join(map(str, pack))}", unpacked_notes(pack)
    if any(usual in path.parents for path in pack):
        return [], [f"{where}, below data.features", *notes]
    return [*([usual] if usual.is_dir() else []), *pack], [f"{where}, and is written into data.features", *notes]


def _metadata_below(folder: Path, train: Path | None, test: Path | None) -> list[Path | None]:
    """Metadata files that are given; else those with the usual names, if they are not beside the project file."""
    from blemore_cli.data.features.search.official_pack import file_below

    names = {"train_metadata.csv": train, "test_metadata.csv": test}
    return [
        given or (None if (folder / name).exists() else file_below(folder, name) or file_below(Path(), name))
        for name, given in names.items()
    ]


def _check_no_config(session: Session) -> None:
    if session.config_path:
        raise UsageError(
            f"a project file is written into the folder, and --config {session.config_path} names one to read",
            fix="Leave --config out.",
        )


def _inside(folder: Path, command: str) -> str:
    return command if folder.resolve() == Path.cwd() else f"cd {shlex.quote(str(folder))} && {command}"


def demo(
    session: Session,
    folder: Annotated[Path, typer.Argument(help="Folder to make.", metavar="[DIR]", show_default=False)] = Path("demo"),
    clips: Annotated[int, typer.Option(help="Number of clips.", min=58)] = 3050,
    seed: Annotated[int, typer.Option(help="Seed of the planted data.", min=0)] = 0,
) -> None:
    """Plant an example project and run the whole workflow on it."""
    _check_no_config(session)
    if folder.exists() and any(folder.iterdir() if folder.is_dir() else [folder]):
        raise ArtefactError(f"a demo needs a folder that is empty or new, and {folder} is not", fix="Name another.")
    from blemore_cli.data.example.project import write_example
    from blemore_cli.experiments.runs.find import find_run
    from blemore_cli.reporting.submission.scoring import planted_answer

    project = replace(session, config_path=folder / PROJECT_FILE, output=_of_a_step(session.output))
    _say(session, f"planting {clips} clips in {folder}")
    write_example(folder, n_clips=clips, seed=seed)
    _say(session, f"$ cd {folder}")
    for words, step in _steps(project, folder).items():
        _say(session, f"$ blemore {words}")
        step()
    answer = planted_answer(folder, find_run(project.config().runs, None))
    rows = [[words, f"{answer[key]:.3f}"] for key, words in PLANTED_ROWS.items() if key in answer]
    view = table("\nagainst the planted answer", "", "", rows=rows)
    session.output.result({"project": str(folder), **answer}, view, next_step=_inside(folder, "blemore inspect"))


def _steps(project: Session, folder: Path) -> dict[str, Callable[[], None]]:
    """What a user would type, and what it calls."""
    usual = TrainingOptions()
    return {
        "index": lambda: index(project, IndexOptions()),
        "train --top-n 3": lambda: train(project, usual, top_n=3),
        "explain": lambda: explain(project, PredictorOptions()),
        "ablate --selection random --seeds 2": lambda: ablate(
            project, ArmOptions(selection=["random"]), usual, seeds=2
        ),
        "submit --out preds.csv": lambda: submit(project, out=folder / "preds.csv"),
        "report": lambda: report(project, MediaOptions(), out=folder / "report.html"),
    }


def _of_a_step(output: Output) -> Output:
    """For commands inside another: the next command follows anyway, and with JSON stdout is left to one object."""
    if not output.as_json:
        return replace(output, guides=False)
    tables = Console(stderr=True, highlight=False, quiet=output.quiet)
    return replace(output, as_json=False, guides=False, stdout=tables)


def _say(session: Session, line: str) -> None:
    if not session.output.quiet:
        session.output.stderr.print(line, style="bold", markup=False)
