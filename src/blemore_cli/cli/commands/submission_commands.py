"""`blemore evaluate` and `blemore submit`."""

from pathlib import Path
from typing import Annotated

import typer

from blemore_cli.cli.command import Session
from blemore_cli.cli.completion import complete_trained_run
from blemore_cli.cli.console import table
from blemore_cli.cli.options.parsed_options import run_option
from blemore_cli.cli.options.stale_option import StaleOption


def evaluate(
    session: Session,
    predictions: Annotated[Path, typer.Argument(help="CSV, challenge JSON, or zip.", metavar="PREDS")],
    truth: Annotated[
        Path | None, typer.Option(help="Labels to compare with.", show_default="the training metadata", metavar="CSV")
    ] = None,
) -> None:
    """Score a prediction file against labels with the official metrics."""
    from blemore_cli.reporting.submission.scoring import score_file

    data = session.config().data
    result = score_file(predictions, truth or data.train_metadata, allow_name_conflicts=data.allow_name_conflicts)
    session.output.notes(result.notes)
    rows = [[each.label, str(each.n), f"{each.presence:.3f}", f"{each.exact:.3f}"] for each in result.labels]
    scores = result.scores
    totals = {"presence accuracy": scores.presence, "salience accuracy": scores.salience, "Score": scores.score}
    session.output.result(
        result.as_json(),
        table(f"{predictions}: {result.n} clips", "true label", "clips", "set right", "label right", rows=rows),
        table("", "", "", rows=[[name, f"{value:.4f}"] for name, value in totals.items()]),
        next_step="" if truth else session.next_step("submit", "--out", "preds.zip"),
    )


def submit(
    session: Session,
    out: Annotated[Path, typer.Option(help="File to write; .csv, .json or .zip.")],
    run: Annotated[
        list[str] | None,
        run_option("Run to submit; repeat it to mix runs by their out-of-fold Score.", complete=complete_trained_run),
    ] = None,
    template: Annotated[
        Path | None, typer.Option(help="The organisers' template, whose names must be covered.", metavar="JSON")
    ] = None,
    stale: StaleOption = "error",
) -> None:
    """Predict the test clips with the averaged fold models and write them in the challenge's format."""
    config = session.config()
    from blemore_cli.cli.views.fusion_view import fusion_views
    from blemore_cli.experiments.inference.submission import find_runs, predict_submission
    from blemore_cli.reporting.submission.writer import check_submission_file, write_submission
    from blemore_cli.reporting.tables.notation import transductive_notes

    check_submission_file(out, session.inputs(config), template)
    runs = find_runs(config.runs, run or [])
    session.check_fresh(config.data.index, config.data, stale)
    submission = predict_submission(runs, config.data.index)
    summary = write_submission(out, submission.labels, template=template)
    counts = {"n": summary.n, "singles": summary.singles, "blends": summary.blends}
    settings = submission.transduction
    notes = transductive_notes(settings["standardize"], settings["match_prior"])
    rows = [["clips" if key == "n" else key, str(count)] for key, count in counts.items()]
    session.output.result(
        {"out": str(out), "run": submission.run, **counts, **submission.as_json()},
        table("\n".join([f"{out}: predictions of {submission.run}", *notes]), "", "", rows=rows),
        *fusion_views(submission),
        next_step=session.next_step(*_next_words(out, run or [], template)),
    )


def _next_words(out: Path, runs: list[str], template: Path | None) -> list[str]:
    """What is uploaded is a zip; whoever has one may look at the runs that made it."""
    chosen = [word for name in runs for word in ("--run", name)]
    if out.suffix.lower() == ".zip":
        return ["report", *chosen]
    covered = ["--template", str(template)] if template else []
    return ["submit", *chosen, "--out", str(out.with_suffix(".zip")), *covered]
