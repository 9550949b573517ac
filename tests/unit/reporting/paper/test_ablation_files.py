from pathlib import Path

import pytest

from blemore_cli.core.errors import ArtefactError
from blemore_cli.experiments.runs.ablation_file import Ablation
from blemore_cli.reporting.paper.ablation_files import write_ablation


def test_the_tables_and_the_figure_of_an_ablation_are_written(ablation: Ablation, tmp_path: Path) -> None:
    write_ablation(ablation, tmp_path)
    assert {path.suffix for path in tmp_path.iterdir()} >= {".csv", ".tex", ".pdf"}


def test_equal_results_give_equal_bytes(ablation: Ablation, tmp_path: Path) -> None:
    once = write_ablation(ablation, tmp_path / "once")
    again = write_ablation(ablation, tmp_path / "again")
    assert [path.name for path in once] == [f"ablation.{suffix}" for suffix in ("csv", "tex", "pdf", "svg", "png")]
    assert [path.read_bytes() for path in once] == [path.read_bytes() for path in again]
    assert b"ablate-1" in once[3].read_bytes()


def test_a_folder_that_cannot_be_written(ablation: Ablation, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ArtefactError, match="must be writable"):
        write_ablation(ablation, tmp_path / "file")
