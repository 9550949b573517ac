"""Device of an extraction."""

from blemore_cli.core.errors import UsageError


def resolved_device(device: str) -> str:
    """The device that a setting means: `auto` is the first GPU, or the CPU where there is none.

    Raises:
        UsageError: If it is not there.
    """
    if device == "cpu":
        return device
    import torch

    if device == "auto":
        return "cuda:0" if torch.cuda.is_available() else "cpu"
    if device.startswith("cuda") and not torch.cuda.is_available():
        raise UsageError(f"device {device} must be there, and this machine has no GPU that torch sees", fix="Use cpu.")
    return "cuda:0" if device == "cuda" else device
