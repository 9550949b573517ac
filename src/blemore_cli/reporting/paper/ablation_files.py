"""Files of an ablation for readers: tables in CSV and LaTeX, and the figure."""

from pathlib import Path

from blemore_cli.core.files import write_text
from blemore_cli.experiments.runs.ablation_file import Ablation
from blemore_cli.reporting.paper.ablation_figure import draw_ablation
from blemore_cli.reporting.paper.style import paper_style, save_figure
from blemore_cli.reporting.tables.ablation import ablation_csv, ablation_latex


def write_ablation(result: Ablation, folder: Path) -> list[Path]:
    """Writes `ablation.csv`, `ablation.tex` and the figure as PDF, SVG and PNG; equal results give equal bytes.

    Raises:
        ArtefactError: If a file cannot be written.
    """
    tables = {folder / "ablation.csv": ablation_csv(result), folder / "ablation.tex": ablation_latex(result)}
    for path, text in tables.items():
        write_text(path, text)
    title = f"Ablation {result.run}: Score of {len(result.arms)} arms and difference to {result.reference}"
    with paper_style():
        return [*tables, *save_figure(draw_ablation(result), folder, "ablation", title=title)]
