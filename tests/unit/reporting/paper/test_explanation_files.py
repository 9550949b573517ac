import json
from pathlib import Path

from blemore_cli.experiments.runs.explanation_file import ClipSelections, Explanation
from blemore_cli.reporting.paper.explanation_files import write_explanation


def test_files_are_there_and_repeat_byte_for_byte(
    explained: Explanation, clip_selections: ClipSelections, tmp_path: Path
) -> None:
    first, second = (write_explanation(explained, clip_selections, tmp_path / name) for name in ("a", "b"))
    figures = [f"{name}.{suffix}" for name in ("selection", "removal", "compute") for suffix in ("pdf", "svg", "png")]
    tables = ["explain.json", "selection.csv", "removal.csv", "compute.csv", "clips.csv", "explain.tex"]
    assert [path.name for path in first] == [*tables, *figures]
    assert all(a.read_bytes() == b.read_bytes() for a, b in zip(first, second, strict=True))
    assert json.loads((tmp_path / "a/explain.json").read_text()) == explained.as_json()


def test_without_deletion_curves_there_is_no_figure_of_them(
    explained: Explanation, clip_selections: ClipSelections, tmp_path: Path
) -> None:
    paths = write_explanation(explained.model_copy(update={"deletion": None}), clip_selections, tmp_path)
    assert "removal.csv" in {path.name for path in paths}
    assert "removal.pdf" not in {path.name for path in paths}
