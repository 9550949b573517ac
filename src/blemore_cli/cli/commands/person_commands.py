"""`blemore identify`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from blemore_cli.cli.command import Session
from blemore_cli.cli.completion import complete_encoder
from blemore_cli.cli.console import table
from blemore_cli.cli.options.parsed_options import comma_separated
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
    stale: StaleOption = "error",
) -> None:
    """Find out who is seen in anonymous test clips, for train.standardize=person; judged on the training actors."""
    config = session.config()
    from blemore_cli.core.overwriting import check_output
    from blemore_cli.data.index.file import read_index
    from blemore_cli.data.metadata.clips import instead_of_persons, write_test_metadata
    from blemore_cli.experiments.data_checks.identification import check_reliable, identify_persons

    check_output(out, session.inputs(config), kind="a table of persons", why_not=instead_of_persons)
    session.check_fresh(config.data.index, config.data, stale)
    encoders = comma_separated(encoder, "--encoder")
    clusters = identify_persons(read_index(config.data.index), encoders, persons)
    if not force:
        check_reliable(clusters)
    write_test_metadata(out, clusters.filename, clusters.person)
    content = {"out": str(out), "encoder": ",".join(encoders), **_content(clusters)}
    view = table(f"{out}: persons by {' and '.join(encoders)}", "", "", rows=_rows(clusters))
    session.output.result(content, view, next_step=session.next_step("index", "--test-metadata", str(out)))


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
