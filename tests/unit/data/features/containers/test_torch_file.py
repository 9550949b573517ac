from pathlib import Path

import pytest
import torch
from tests.fixtures.feature_files import pt

from blemore_cli.core.errors import DataError
from blemore_cli.data.features.containers.torch_file import TorchFile, check_no_model


def test_nested_dictionaries_are_entries_by_their_keys() -> None:
    content = {"train": {"A": torch.ones(2, 3)}, "names": ["a", "b"], "numbers": [1, 2.5], 7: [torch.ones(2)] * 3}
    container = TorchFile(pt({**content, "none": None, "ragged": [torch.ones(1), torch.ones(2)]}), Path("A.pt"))
    entries = {name: (entry.kind, entry.shape) for name, entry in container.entries.items()}
    assert entries == {
        ("train", "A"): ("numbers", (2, 3)),
        ("names",): ("text", (2,)),
        ("numbers",): ("numbers", (2,)),
        ("7",): ("numbers", (3, 2)),
        ("none",): ("other", ()),
        ("ragged",): ("other", (2,)),
    }
    assert container.array(("7",)).shape == (3, 2)
    assert container.array(("numbers",)).tolist() == [1.0, 2.5]
    assert container.texts(("names",)) == ["a", "b"]


def test_a_tensor_alone_has_no_name() -> None:
    assert list(TorchFile(pt(torch.ones(2)), Path("A.pt")).entries) == [()]


def test_names_of_parameters_are_those_of_a_model() -> None:
    check_no_model(["A1_weight", "bias_A", "test_0001"], Path("A.pt"))
    with pytest.raises(DataError, match="a model's weights"):
        check_no_model(["epoch", "bn1.running_mean"], Path("A.pt"))
