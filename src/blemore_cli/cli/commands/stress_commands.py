"""`blemore stress`."""

from typing import Annotated

from blemore_cli.cli.command import Session
from blemore_cli.cli.options.parsed_options import run_option
from blemore_cli.cli.options.stale_option import StaleOption
from blemore_cli.cli.options.stress_options import FailureOptions


def stress(
    session: Session,
    failures: FailureOptions,
    run: Annotated[
        str | None, run_option("Run to put to the test; one of `ablate` with all its arms; RUN/arms/ARM is an arm.")
    ] = None,
    stale: StaleOption = "error",
) -> None:
    """Break encoders for some of the held-out clips: what does it cost, and does the gate notice?"""
    config, plan = session.config(), failures.plan()
    from blemore_cli.cli.views.stress_views import stress_views
    from blemore_cli.experiments.runs.find import find_run
    from blemore_cli.experiments.runs.folder import writing_into
    from blemore_cli.experiments.runs.stress_file import STRESS
    from blemore_cli.experiments.stress.stress import run_stress
    from blemore_cli.reporting.paper.stress_files import write_stress

    chosen = find_run(config.runs, run)
    session.check_fresh(config.data.index, config.data, stale)
    folder = chosen.path / STRESS.parent
    with writing_into(config.runs, folder):
        with session.output.progress() as progress:
            result = run_stress(chosen, config.data.index, plan, root=config.runs, progress=progress)
        write_stress(result, folder)
    session.output.note(f"figure and tables for papers are in {folder}")
    words = ["report", *(["--run", chosen.name] if run else [])] if "/" not in (run or "") else ["report"]
    session.output.result(result.as_json(), *stress_views(result), next_step=session.next_step(*words))
