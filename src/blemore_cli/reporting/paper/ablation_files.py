"""Files of an ablation for readers: tables in CSV and LaTeX, and the figure."""

from pathlib import Path

from blemore_cli.core.files import write_text
from blemore_cli.experiments.runs.ablation_file import Ablation
from blemore_cli.reporting.paper.ablation_figure import save_ablation_figure
from blemore_cli.reporting.tables.ablation import ablation_csv, ablation_latex


def write_ablation(result: Ablation, folder: Path) -> list[Path]:
    """Writes `ablation.csv`, `ablation.tex` and the figure as PDF, SVG and PNG.

    Raises:
        ArtefactError: If a file cannot be written.
    """
    tables = {folder / "ablation.csv": ablation_csv(result), folder / "ablation.tex": ablation_latex(result)}
    for path, text in tables.items():
        write_text(path, text)
    return [*tables, *save_ablation_figure(result, folder)]
