"""`blemore report`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from blemore_cli.cli.command import Session
from blemore_cli.cli.console import table
from blemore_cli.cli.options.media_options import MediaOptions, page_media
from blemore_cli.cli.options.parsed_options import run_option
from blemore_cli.cli.options.stale_option import StaleOption

if TYPE_CHECKING:
    from blemore_cli.reporting.page.build_report import Report


def report(
    session: Session,
    playing: MediaOptions,
    run: Annotated[
        list[str] | None, run_option("Run to show; repeatable.", default="the newest finished of each kind")
    ] = None,
    out: Annotated[Path, typer.Option(help="HTML file to write.")] = Path("report.html"),
    shift: Annotated[bool, typer.Option(help="Measure the shift of encoders where no run has.")] = True,
    stale: StaleOption = "error",
) -> None:
    """Write one self-contained HTML page about runs: scores, tests, figures, and a browser of clips."""
    config = session.config()
    from blemore_cli.experiments.runs.find import report_runs
    from blemore_cli.experiments.runs.folder import writing_into
    from blemore_cli.reporting.page.build_report import check_out, write_report
    from blemore_cli.training.device import limit_threads

    check_out(out, session.inputs(config))
    limit_threads(config.train.threads)
    runs = report_runs(config.runs, run or [])
    session.check_fresh(config.data.index, config.data, stale)
    shown = page_media(session, config, playing, out)
    with writing_into(config.runs, out), session.output.progress() as progress:
        made = write_report(runs, config.data.index, out, shift=shift, progress=progress, media=shown)
    content = {"out": str(out), "runs": list(made.runs), "bytes": made.n_bytes, "n_figures": made.n_figures}
    needs = "with the media beside it" if shown.is_linked else "it needs nothing else"
    session.output.result(
        content,
        table(f"{out}: open it in any browser, {needs}", "", "", rows=_rows(made)),
        next_step=session.next_step("submit", "--out", "preds.zip"),
    )


def _rows(made: "Report") -> list[list[str]]:
    return [
        ["runs", ", ".join(made.runs)],
        ["models", f"{made.n_models}, {len(made.browsed)} of them in the clip browser"],
        ["figures", str(made.n_figures)],
        ["size", f"{made.n_bytes / 1e6:.2f} MB"],
    ]
