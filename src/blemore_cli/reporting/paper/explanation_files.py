"""Files of an explanation: JSON, tables in CSV and LaTeX, and the figures."""

from collections.abc import Iterator
from pathlib import Path

from matplotlib.figure import Figure

from blemore_cli.core.files import write_json, write_text
from blemore_cli.experiments.runs.explanation_file import ClipSelections, Explanation
from blemore_cli.reporting.paper.deletion_figure import draw_compute, draw_removal
from blemore_cli.reporting.paper.selection_figure import draw_selection
from blemore_cli.reporting.paper.style import paper_style, save_figure
from blemore_cli.reporting.tables.explanation import (
    clips_csv,
    compute_csv,
    explanation_latex,
    removal_csv,
    selection_csv,
)


def write_explanation(explanation: Explanation, clips: ClipSelections, folder: Path) -> list[Path]:
    """Writes `explain.json`, four CSV tables, `explain.tex` and the figures as PDF, SVG and PNG.

    The figures are `selection`, `compute`, and `removal` where there are deletion curves.

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
    paths = [folder / "explain.json"]
    for name, text in texts.items():
        write_text(folder / name, text)
        paths.append(folder / name)
    with paper_style():
        for name, title, figure in _figures(explanation):
            paths += save_figure(figure, folder, name, title=title)
    return paths


def _figures(explanation: Explanation) -> Iterator[tuple[str, str, Figure]]:
    """Name, title and figure."""
    run, curves = explanation.run, explanation.deletion
    yield "selection", f"How often {run} keeps each encoder, by emotion set", draw_selection(explanation)
    if curves is not None:
        yield "removal", f"Predictions of {run} as encoders are removed", draw_removal(curves)
    yield "compute", f"Score of {run} against the encoders that must be extracted", draw_compute(explanation)
