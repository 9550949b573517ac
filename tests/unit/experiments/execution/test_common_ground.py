"""What the workers of a run must have in common."""

import pickle

import pytest

from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import ArtefactError
from blemore_cli.data.index.file import read_index
from blemore_cli.experiments.execution.common_ground import common_ground
from blemore_cli.experiments.runs.folder import RunFolder


def test_a_worker_tells_its_device_if_it_sees_the_same_index(project: Config) -> None:
    index = read_index(project.data.index)
    config = project.model_copy(update={"train": project.train.model_copy(update={"device": "cpu"})})
    ground = pickle.loads(pickle.dumps(common_ground(RunFolder(project.runs / "mine"), index, config)))
    assert ground.folder == project.runs / "mine"
    assert ground.inspect() == "cpu"
    project.data.index.write_bytes(b"another")
    with pytest.raises(ArtefactError, match="replaced or removed"):
        ground.inspect()
