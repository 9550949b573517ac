from pathlib import Path

import pytest

from blemore_cli.core.config.file import load_config, resolve_paths
from blemore_cli.core.config.schema import Config
from blemore_cli.core.config.template import write_project_file
from blemore_cli.core.errors import ConfigError


def test_the_template_says_the_defaults(tmp_path: Path) -> None:
    path = tmp_path / "blemore.yaml"
    write_project_file(path, features=[], train_metadata=None, test_metadata=None)
    config, root = load_config(path)
    assert root == tmp_path
    expected = resolve_paths(Config(), tmp_path)
    assert config.model_copy(update={"data": expected.data}) == expected
    assert config.data.features == [tmp_path / "features"]
    assert config.data.train_metadata == tmp_path / "train_metadata.csv"


def test_given_paths_hold_from_the_project_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my features").mkdir()
    (tmp_path / "train.csv").write_text("")
    project = Path("deep/project")
    write_project_file(
        project / "blemore.yaml",
        features=[Path("my features"), tmp_path / "my features"],
        train_metadata=Path("train.csv"),
        test_metadata=None,
    )
    config, _ = load_config(project / "blemore.yaml")
    assert [path.resolve() for path in config.data.features] == [tmp_path / "my features"] * 2
    assert config.data.train_metadata is not None
    assert config.data.train_metadata.resolve() == tmp_path / "train.csv"


def test_nothing_is_overwritten_and_given_paths_must_exist(tmp_path: Path) -> None:
    path = tmp_path / "blemore.yaml"
    with pytest.raises(ConfigError, match="nowhere"):
        write_project_file(path, features=[tmp_path / "nowhere"], train_metadata=None, test_metadata=None)
    assert not path.exists()
    path.write_text("mine")
    with pytest.raises(ConfigError, match="exists"):
        write_project_file(path, features=[], train_metadata=None, test_metadata=None)
    assert path.read_text() == "mine"


@pytest.mark.parametrize("is_there", [True, False])
def test_test_metadata_are_named_where_they_are(is_there: bool, tmp_path: Path) -> None:
    if is_there:
        (tmp_path / "test_metadata.csv").write_text("filename\n")
    write_project_file(tmp_path / "blemore.yaml", features=[], train_metadata=None, test_metadata=None)
    config, _ = load_config(tmp_path / "blemore.yaml")
    assert config.data.test_metadata == (tmp_path / "test_metadata.csv" if is_there else None)
