from pathlib import Path

import pytest
import torch
from safetensors.torch import save

from blemore_cli.core.errors import DataError
from blemore_cli.data.features.containers.safetensors_file import SafetensorsFile

TENSORS = {"train/A": torch.ones(2, 3).bfloat16(), "B": torch.ones(2, dtype=torch.complex64)}


def test_a_file_and_its_content_are_read_alike(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(save(TENSORS))
    for file in (tmp_path / "x", save(TENSORS)):
        container = SafetensorsFile(file, tmp_path / "x")
        entries = {name: (entry.kind, entry.shape) for name, entry in container.entries.items()}
        assert entries == {("train", "A"): ("numbers", (2, 3)), ("B",): ("other", (2,))}
        assert container.array(("train", "A")).tolist() == [[1.0] * 3] * 2


def test_weights_are_refused() -> None:
    with pytest.raises(DataError, match="a model's weights"):
        SafetensorsFile(save({"layer.weight": torch.ones(2)}), Path("x"))
