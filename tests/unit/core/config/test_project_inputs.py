"""Inputs of a project: what its configuration names, files and folders apart."""

from pathlib import Path

from blemore_cli.core.config.project_inputs import project_inputs
from blemore_cli.core.config.schema import Config, DataConfig


def test_everything_that_a_configuration_names_is_an_input(tmp_path: Path) -> None:
    (tmp_path / "features").mkdir()
    data = DataConfig(
        features=[tmp_path / "features", tmp_path / "a.npz"],
        encoders={"b": tmp_path / "b.csv"},
        train_metadata=tmp_path / "train.csv",
        index=tmp_path / "index.h5",
    )
    inputs = project_inputs(Config(data=data), tmp_path / "blemore.yaml")
    assert inputs.root == tmp_path
    assert inputs.folders == (tmp_path / "features",)
    assert sorted(path.name for path in inputs.files.values()) == [
        "a.npz",
        "b.csv",
        "blemore.yaml",
        "index.h5",
        "train.csv",
    ]
