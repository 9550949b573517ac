"""Files of a stress test: JSON, the table in CSV and LaTeX, and the figure."""

from pathlib import Path
from typing import Final

from blemore_cli.core.checksum_list import write_checksums
from blemore_cli.core.files import write_json, write_text
from blemore_cli.experiments.runs.artefact import CHECKSUMS
from blemore_cli.experiments.runs.stress_file import STRESS, Stress
from blemore_cli.reporting.paper.stress_figure import draw_stress
from blemore_cli.reporting.paper.style import paper_style, save_figure
from blemore_cli.reporting.tables.stress import stress_csv, stress_latex

NAME: Final = "stress"


def write_stress(stress: Stress, folder: Path) -> list[Path]:
    """Writes `stress.json`, `stress.csv`, `stress.tex`, the figure as PDF, SVG and PNG, and their checksums.

    Raises:
        ArtefactError: If a file cannot be written.
    """
    (folder / CHECKSUMS).unlink(missing_ok=True)  # of a test before, until these files are whole
    write_json(folder / STRESS.name, stress.as_json())
    tables = {folder / f"{NAME}.csv": stress_csv(stress), folder / f"{NAME}.tex": stress_latex(stress)}
    for path, text in tables.items():
        write_text(path, text)
    title = f"Score of {stress.run} against the share of clips for which encoders fail"
    with paper_style():
        paths = [folder / STRESS.name, *tables, *save_figure(draw_stress(stress), folder, NAME, title=title)]
    write_checksums(folder / CHECKSUMS, [path.name for path in paths])
    return paths
