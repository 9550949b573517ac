import json
from pathlib import Path

import pytest

from blemore_cli.core.checksum_list import changed_files, read_checksums
from blemore_cli.core.errors import ArtefactError, UsageError
from blemore_cli.core.overwriting import ProjectInputs
from blemore_cli.experiments.runs.explanation_file import ClipSelections, Explanation, read_explanation
from blemore_cli.experiments.runs.predictors_record import Predictors
from blemore_cli.reporting.paper.explanation_files import check_explanation_folder, write_explanation


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


def test_files_of_predictors_are_there_while_they_are_of_the_explanation(
    explained: Explanation, clip_selections: ClipSelections, predictors: Predictors, tmp_path: Path
) -> None:
    names = {"predictors.csv", "predictors.pdf", "predictors.svg", "predictors.png"}
    with_them = explained.model_copy(update={"predictors": predictors})
    assert names < {path.name for path in write_explanation(with_them, clip_selections, tmp_path)}
    assert changed_files(tmp_path / "SHA256SUMS") == []
    write_explanation(explained, clip_selections, tmp_path)
    assert not names & {path.name for path in tmp_path.iterdir()}


def test_another_figure_than_that_of_the_files_is_damage(
    explained: Explanation, clip_selections: ClipSelections, tmp_path: Path
) -> None:
    paths = write_explanation(explained, clip_selections, tmp_path / "explain")
    assert changed_files(tmp_path / "explain/SHA256SUMS") == []
    assert len(read_checksums(tmp_path / "explain/SHA256SUMS")) == len(paths)
    read = read_explanation(tmp_path)
    assert read is not None
    assert read.as_json() == explained.as_json()
    content = paths[0].read_text()
    paths[0].write_text(content.replace('"n_clips": ', '"n_clips": 1'))
    with pytest.raises(ArtefactError, match=r"explain\.json is damaged"):
        read_explanation(tmp_path)


def test_an_explanation_takes_the_place_of_one_alone(
    explained: Explanation, clip_selections: ClipSelections, tmp_path: Path
) -> None:
    inputs = ProjectInputs(tmp_path, {"training metadata": tmp_path / "own" / "clips.csv"})
    check_explanation_folder(tmp_path / "new", inputs)
    write_explanation(explained, clip_selections, tmp_path / "new")
    check_explanation_folder(tmp_path / "new", inputs)
    (tmp_path / "new" / "explain.json").write_text("{}")
    with pytest.raises(UsageError, match=r"got other files named explain\.json, .* and 11 more"):
        check_explanation_folder(tmp_path / "new", inputs)
    with pytest.raises(UsageError, match="training metadata"):
        check_explanation_folder(tmp_path / "own", inputs)
