from pathlib import Path

from blemore_cli.experiments.runs.ablation_file import Ablation
from blemore_cli.reporting.paper.ablation_files import write_ablation


def test_the_tables_and_the_figure_of_an_ablation_are_written(ablation: Ablation, tmp_path: Path) -> None:
    write_ablation(ablation, tmp_path)
    assert {path.suffix for path in tmp_path.iterdir()} >= {".csv", ".tex", ".pdf"}
