"""What the workers of a run must have in common."""

import pickle

import pytest

from blemore_cli.core.config.file import with_changes
from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import ArtefactError
from blemore_cli.data.index.file import read_index
from blemore_cli.experiments.execution.common_ground import common_ground, on_device
from blemore_cli.experiments.runs.folder import RunFolder


def test_a_worker_tells_its_device_if_it_sees_the_same_index(project: Config) -> None:
    index = read_index(project.data.index)
    config = project.model_copy(update={"train": project.train.model_copy(update={"device": "cpu"})})
    ground = pickle.loads(pickle.dumps(common_ground(RunFolder(project.runs / "mine"), index, config, "")))
    assert ground.folder == project.runs / "mine"
    assert ground.inspect() == "cpu"
    assert ground.known == ""
    ground.settle("cpu")
    assert (project.runs / "mine" / "device").read_text() == "cpu\n"
    project.data.index.write_bytes(b"another")
    with pytest.raises(ArtefactError, match="replaced or removed"):
        ground.inspect()


@pytest.mark.parametrize(
    ("setting", "device", "expected"),
    [
        ("auto", "cpu", "cpu"),
        ("auto", "NVIDIA H100", "cuda"),
        ("auto", "", "auto"),
        ("cuda:1", "NVIDIA H100", "cuda:1"),
        ("cpu", "cpu", "cpu"),
    ],
)
def test_automatic_is_the_device_of_the_run(project: Config, setting: str, device: str, expected: str) -> None:
    assert on_device(with_changes(project, {"train.device": setting}), device).train.device == expected
