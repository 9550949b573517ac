"""Guard of output files: inputs by any path, files of another kind, and places that take no file."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from blemore_cli.core.errors import UsageError
from blemore_cli.core.overwriting import ProjectInputs, check_output


@pytest.fixture
def inputs(tmp_path: Path) -> ProjectInputs:
    """A project with metadata and a folder of features."""
    (tmp_path / "train.csv").write_text("filename\n")
    (tmp_path / "features").mkdir()
    return ProjectInputs(tmp_path, {"training metadata": tmp_path / "train.csv"}, (tmp_path / "features",))


def check(out: Path, inputs: ProjectInputs) -> None:
    """What a command does that writes files which begin with `mine`."""
    check_output(out, inputs, kind="a list", why_not=lambda path: "" if path.read_text() == "mine" else "a poem")


def same(path: Path) -> Path:
    return path


def detour(path: Path) -> Path:
    return path.parent / "features" / ".." / path.name


def link(path: Path) -> Path:
    path.with_name("link.csv").symlink_to(path.name)
    return path.with_name("link.csv")


def hard_link(path: Path) -> Path:
    os.link(path, path.with_name("hard.csv"))
    return path.with_name("hard.csv")


def linked_folder(path: Path) -> Path:
    path.with_name("elsewhere").symlink_to(path.parent, target_is_directory=True)
    return path.with_name("elsewhere") / path.name


@pytest.mark.parametrize("spelled", [same, detour, link, hard_link, linked_folder])
def test_what_the_project_reads_is_not_written_by_any_path(
    inputs: ProjectInputs, spelled: Callable[[Path], Path]
) -> None:
    with pytest.raises(UsageError, match="training metadata of the project"):
        check(spelled(inputs.files["training metadata"]), inputs)


def test_a_file_that_the_project_reads_is_not_made_either(inputs: ProjectInputs) -> None:
    inputs.files["training metadata"].unlink()
    with pytest.raises(UsageError, match="training metadata"):
        check(detour(inputs.files["training metadata"]), inputs)


def test_nothing_is_written_among_the_features_unless_they_are_the_whole_project(
    inputs: ProjectInputs, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="among the project's features"):
        check(tmp_path / "features" / "new.csv", inputs)
    check(tmp_path / "new.csv", ProjectInputs(tmp_path, {}, (tmp_path,)))


def test_only_files_of_the_kind_and_empty_ones_are_replaced(inputs: ProjectInputs, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    check(out, inputs)
    for content in ("mine", ""):
        out.write_text(content)
        check(out, inputs)
    out.write_text("yours")
    with pytest.raises(UsageError, match="must be a list to be replaced by one, got a poem") as caught:
        check(out, inputs)
    assert caught.value.fix == "Name another --out, or move the file."
    assert out.read_text() == "yours"


@pytest.mark.parametrize("place", ["features", "pipe", "train.csv/out.csv"])
def test_places_that_take_no_file_are_refused(inputs: ProjectInputs, tmp_path: Path, place: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match=r"features|a device or pipe|must be in a folder"):
        check(tmp_path / place, inputs)


def test_more_and_fewer_inputs(inputs: ProjectInputs, tmp_path: Path) -> None:
    template = tmp_path / "template.json"
    with pytest.raises(UsageError, match="template of the project"):
        check(template, inputs.with_file("template", template))
    check(template, inputs.with_file("template", None))
    assert inputs.without("training metadata").files == {}
