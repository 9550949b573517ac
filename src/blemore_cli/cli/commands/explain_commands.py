"""`blemore explain`."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from blemore_cli.cli.command import Session
from blemore_cli.cli.options.parsed_options import run_option
from blemore_cli.cli.options.predictor_options import PredictorOptions
from blemore_cli.cli.options.stale_option import StaleOption
from blemore_cli.core.choices import PROJECT_FILE


def explain(
    session: Session,
    predictors: PredictorOptions,
    run: Annotated[str | None, run_option("Run to explain; RUN/arms/ARM is an arm.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder of tables and figures.", metavar="DIR", show_default="runs/NAME/explain")
    ] = None,
    stale: StaleOption = "error",
) -> None:
    """Say which encoders are kept, when, and whether the gate is right for the clip."""
    config, plan = session.config(), predictors.plan()
    from blemore_cli.cli.views.explain_views import explain_views
    from blemore_cli.experiments.explaining import explanation
    from blemore_cli.experiments.explaining.predictors import measure_predictors
    from blemore_cli.experiments.runs.find import find_run
    from blemore_cli.experiments.runs.folder import writing_into
    from blemore_cli.reporting.paper.explanation_files import check_explanation_folder, write_explanation

    chosen = find_run(config.runs, run)
    project = (session.config_path or Path(PROJECT_FILE)).absolute().parent
    folder = out or chosen.path / "explain"
    if out:
        check_explanation_folder(out, session.inputs(config))
    session.check_fresh(config.data.index, config.data, stale)
    with writing_into(config.runs, folder), session.output.progress() as progress:
        measured = plan and measure_predictors(
            chosen, config.data.index, plan, progress=partial(progress, "predictors")
        )
        explained, clips = explanation.explain(
            chosen, config.data.index, project=project, progress=partial(progress, "predictions")
        )
        if measured:
            explained = explained.model_copy(update={"predictors": measured})
        progress("figures", 0, 1)
        write_explanation(explained, clips, folder)
        progress("figures", 1, 1)
    session.output.note(f"figures and tables for papers are in {folder}")
    judged = len(explained.seeds) > 1
    words = ["report", *(["--run", run] if run else [])] if judged else ["cv"]
    session.output.result(explained.as_json(), *explain_views(explained), next_step=session.next_step(*words))
