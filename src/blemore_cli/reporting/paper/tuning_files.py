"""Files of a search of settings: every trial as CSV, the choice as YAML, and the figure."""

from pathlib import Path

import yaml

from blemore_cli.core.files import write_text
from blemore_cli.experiments.runs.tuning_file import TrialResults, Tuning
from blemore_cli.reporting.paper.style import paper_style, save_figure
from blemore_cli.reporting.paper.tuning_figure import draw_tuning
from blemore_cli.reporting.tables.tuning import trials_csv


def write_tuning(tuning: Tuning, results: TrialResults, folder: Path) -> list[Path]:
    """Writes `trials.csv`, `best.yaml`, which maps dotted keys to values, and the figure as PDF, SVG and PNG.

    Raises:
        ArtefactError: If a file cannot be written.
    """
    texts = {
        folder / "trials.csv": trials_csv(results),
        folder / "best.yaml": yaml.safe_dump(dict(tuning.best), sort_keys=False),
    }
    for path, text in texts.items():
        write_text(path, text)
    title = f"Search {tuning.run}: Score of the choice among {tuning.trials} trials"
    with paper_style():
        return [*texts, *save_figure(draw_tuning(tuning), folder, "tuning", title=title)]
