"""`blemore identify`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from blemore_cli.cli.command import Session
from blemore_cli.cli.completion import complete_encoder
from blemore_cli.cli.console import table
from blemore_cli.cli.options.parsed_options import comma_separated, run_option
from blemore_cli.cli.options.stale_option import StaleOption

if TYPE_CHECKING:
    from blemore_cli.experiments.data_checks.identification import Identification


def identify(
    session: Session,
    encoder: Annotated[
        list[str],
        typer.Option(
            help="Encoder of identity: speaker or face embeddings, for example; repeatable.",
            metavar="NAME",
            autocompletion=complete_encoder,
        ),
    ],
    persons: Annotated[
        int | None, typer.Option(help="Number of persons.", show_default="chosen by silhouette", min=1)
    ] = None,
    out: Annotated[Path, typer.Option(help="CSV to write.")] = Path("persons.csv"),
    force: Annotated[
        bool, typer.Option("--force", help="Write them even if training actors are not found well.")
    ] = False,
    cost_of: Annotated[
        str | None, run_option("Measure what errors cost this run, out of fold, and write no persons.", default="none")
    ] = None,
    stale: StaleOption = "error",
) -> None:
    """Find out who is seen in anonymous test clips, for train.standardize=person; judged on the training actors."""
    config = session.config()
    encoders = comma_separated(encoder, "--encoder")
    session.check_fresh(config.data.index, config.data, stale)
    if cost_of is not None:
        _measure_cost(session, cost_of, encoders, is_number_known=persons is not None)
    else:
        _find_persons(session, encoders, persons, out, is_forced=force)


def _find_persons(session: Session, encoders: list[str], n_persons: int | None, out: Path, *, is_forced: bool) -> None:
    from blemore_cli.core.overwriting import check_output
    from blemore_cli.data.index.file import read_index
    from blemore_cli.data.metadata.clips import instead_of_persons, write_test_metadata
    from blemore_cli.experiments.data_checks.identification import check_reliable, identify_persons

    config = session.config()
    check_output(out, session.inputs(config), kind="a table of persons", why_not=instead_of_persons)
    clusters = identify_persons(read_index(config.data.index), encoders, n_persons)
    if not is_forced:
        check_reliable(clusters)
    write_test_metadata(out, clusters.filename, clusters.person)
    content = {"out": str(out), "encoder": ",".join(encoders), **_content(clusters)}
    view = table(f"{out}: persons by {' and '.join(encoders)}", "", "", rows=_rows(clusters))
    session.output.result(content, view, next_step=session.next_step("index", "--test-metadata", str(out)))


def _measure_cost(session: Session, name: str, encoders: list[str], *, is_number_known: bool) -> None:
    from blemore_cli.cli.views.column_table import column_table
    from blemore_cli.data.index.file import read_index
    from blemore_cli.experiments.runs.artefact import write_with_checksum
    from blemore_cli.experiments.runs.find import find_run
    from blemore_cli.experiments.runs.folder import writing_into
    from blemore_cli.experiments.runs.persons_file import PERSONS
    from blemore_cli.experiments.stress.wrong_persons import cost_of_errors
    from blemore_cli.reporting.tables.persons import RESULTS, persons_sentence, persons_title

    config = session.config()
    run, index = find_run(config.runs, name), read_index(config.data.index)
    path = run.path / PERSONS
    with writing_into(config.runs, path.parent):
        with session.output.progress() as progress:
            cost = cost_of_errors(run, index, encoders, is_number_known=is_number_known, progress=progress)
        write_with_checksum(path, cost)
    view = column_table(persons_title(cost), RESULTS, cost.results)
    session.output.note(f"{persons_sentence(cost)}.")
    session.output.result(cost.as_json(), view, next_step=session.next_step("report", "--run", name.split("/")[0]))


def _content(clusters: "Identification") -> dict[str, Any]:
    return {
        "n_persons": clusters.n_persons,
        "ari_train": clusters.ari_train,
        "n_clips": len(clusters.filename),
        "silhouette": clusters.silhouette,
    }


def _rows(clusters: "Identification") -> list[list[str]]:
    quality = "-" if clusters.ari_train is None else f"{clusters.ari_train:.2f}"
    return [
        ["test clips", str(len(clusters.filename))],
        ["persons", str(clusters.n_persons)],
        ["silhouette", f"{clusters.silhouette:.2f}"],
        ["adjusted Rand index on training actors", quality],
    ]
