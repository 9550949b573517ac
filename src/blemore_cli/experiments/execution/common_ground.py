"""Common ground of a run's workers: its folder, its index and the device that they compute on."""

from functools import partial

import torch

from blemore_cli.core.config.schema import Config
from blemore_cli.core.parallel.backend import CommonGround
from blemore_cli.data.index.file import Index
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.training.device import choose_device


def common_ground(run: RunFolder, index: Index, config: Config) -> CommonGround:
    """What the workers of a run must have in common, for engines whose workers are on other machines."""
    return CommonGround(run.path.resolve(), partial(checked_device, index, config.train.device))


def checked_device(index: Index, device: str) -> str:
    """Checks the index that a worker sees, and names its device, as `cpu` or by the model of the GPU.

    Raises:
        ArtefactError: If the file of the index holds something else, or is not there.
        ConfigError: If there is no such device.
    """
    index.check_unchanged()
    chosen = choose_device(device)
    return "cpu" if chosen.type == "cpu" else torch.cuda.get_device_name(chosen)
