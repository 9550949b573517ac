"""`blemore evaluate` and `blemore submit`."""

from pathlib import Path
from typing import Annotated

import typer

from blemore_cli.cli.command import Session, command
from blemore_cli.cli.console import table

PANEL = "3. Judge and submit"


def register(app: typer.Typer) -> None:
    """Adds the commands of this group."""
    command(app, panel=PANEL)(evaluate)
    command(app, panel=PANEL)(submit)


def evaluate(
    session: Session,
    predictions: Annotated[Path, typer.Argument(help="CSV, challenge JSON, or zip.", metavar="PREDS")],
    truth: Annotated[
        Path | None, typer.Option(help="Labels to compare with.", show_default="the training metadata", metavar="CSV")
    ] = None,
) -> None:
    """Score a prediction file against labels with the official metrics."""
    from blemore_cli.reporting.scoring import score_file

    result = score_file(predictions, truth or session.config().data.train_metadata)
    rows = [[each.label, str(each.n), f"{each.presence:.3f}", f"{each.exact:.3f}"] for each in result.labels]
    scores = result.scores
    totals = {"presence accuracy": scores.presence, "salience accuracy": scores.salience, "Score": scores.score}
    session.output.result(
        result.as_json(),
        table(f"{predictions}: {result.n} clips", "true label", "clips", "set right", "label right", rows=rows),
        table("", "", "", rows=[[name, f"{value:.4f}"] for name, value in totals.items()]),
    )


def submit(
    session: Session,
    out: Annotated[Path, typer.Option(help="File to write; .csv, .json or .zip.")],
    run: Annotated[
        str | None, typer.Option(help="Run to submit.", show_default="the newest finished train run")
    ] = None,
    template: Annotated[
        Path | None, typer.Option(help="The organisers' template, whose names must be covered.", metavar="JSON")
    ] = None,
) -> None:
    """Predict the test clips with the averaged fold models and write them in the challenge's format."""
    config = session.config()
    from blemore_cli.experiments.inference import submission_labels
    from blemore_cli.experiments.run_dir import find_run
    from blemore_cli.reporting.submission import check_suffix, write_submission

    check_suffix(out)
    chosen = find_run(config.runs, run)
    summary = write_submission(out, submission_labels(chosen, config.data.index), template=template)
    rows = [["clips", str(summary.n)], ["singles", str(summary.singles)], ["blends", str(summary.blends)]]
    content = {
        "out": str(out),
        "run": chosen.name,
        "n": summary.n,
        "singles": summary.singles,
        "blends": summary.blends,
    }
    session.output.result(content, table(f"{out}: predictions of {chosen.name}", "", "", rows=rows))
