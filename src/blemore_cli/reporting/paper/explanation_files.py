"""Files of an explanation: JSON, tables in CSV and LaTeX, and the figures."""

from pathlib import Path

from blemore_cli.core.files import write_json, write_text
from blemore_cli.experiments.runs.explanation_file import ClipSelections, Explanation
from blemore_cli.reporting.paper.deletion_figure import save_compute_figure, save_removal_figure
from blemore_cli.reporting.paper.selection_figure import save_selection_figure
from blemore_cli.reporting.tables.explanation import (
    clips_csv,
    compute_csv,
    explanation_latex,
    removal_csv,
    selection_csv,
)


def write_explanation(explanation: Explanation, clips: ClipSelections, folder: Path) -> list[Path]:
    """Writes `explain.json`, four CSV tables, `explain.tex` and three figures as PDF, SVG and PNG.

    Raises:
        ArtefactError: If a file cannot be written.
    """
    texts = {
        "selection.csv": selection_csv(explanation),
        "removal.csv": removal_csv(explanation),
        "compute.csv": compute_csv(explanation),
        "clips.csv": clips_csv(clips, explanation.encoders),
        "explain.tex": explanation_latex(explanation),
    }
    write_json(folder / "explain.json", explanation.as_json())
    for name, text in texts.items():
        write_text(folder / name, text)
    figures = [draw(explanation, folder) for draw in (save_selection_figure, save_removal_figure, save_compute_figure)]
    return [folder / name for name in ("explain.json", *texts)] + [path for paths in figures for path in paths]
