import pytest
import torch

from blemore_cli.core.errors import ConfigError
from blemore_cli.training.device import choose_device, device_name, limit_threads


def test_auto_takes_what_is_there() -> None:
    assert choose_device("auto").type == ("cuda" if torch.cuda.is_available() else "cpu")
    assert choose_device("cpu") == torch.device("cpu")


def test_a_gpu_is_named_by_its_model(gpu: str) -> None:
    assert device_name(torch.device("cpu")) == "cpu"
    assert device_name(choose_device("auto")) == gpu


def test_a_missing_gpu_is_named() -> None:
    with pytest.raises(ConfigError, match="cuda:99"):
        choose_device("cuda:99")


def test_threads_are_limited() -> None:
    limit_threads(1)
    assert torch.get_num_threads() == 1
