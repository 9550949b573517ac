"""Device of a training, and its number of threads."""

import torch
from threadpoolctl import threadpool_limits

from blemore_cli.core.errors import ConfigError


def choose_device(name: str) -> torch.device:
    """Turns `auto`, `cpu`, `cuda` or `cuda:N` into a device; `auto` takes a GPU if this machine has one.

    Raises:
        ConfigError: If it names a GPU that is not there.
    """
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    device = torch.device(name)
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise ConfigError(
            f"train.device must be available here, got {name!r} with {torch.cuda.device_count()} GPUs",
            fix="Use --device auto or --device cpu.",
        )
    return device


def device_name(device: torch.device) -> str:
    """The kind of a device, as `cpu` or by the model of the GPU: others round otherwise."""
    return "cpu" if device.type == "cpu" else torch.cuda.get_device_name(device)


def limit_threads(n: int) -> None:
    """Limits torch and the linear algebra under NumPy to n threads: small models are slower with more."""
    torch.set_num_threads(n)
    threadpool_limits(n)
