"""Common ground of a run's workers: its folder, its index and the device that they compute on."""

from functools import partial

from blemore_cli.core.config.file import with_changes
from blemore_cli.core.config.schema import Config
from blemore_cli.core.parallel.backend import CommonGround
from blemore_cli.data.index.file import Index
from blemore_cli.experiments.runs.folder import RunFolder
from blemore_cli.experiments.runs.start import note_device
from blemore_cli.training.device import choose_device, device_name


def common_ground(run: RunFolder, index: Index, config: Config, device: str) -> CommonGround:
    """What the workers of a run must have in common, for engines whose workers are on other machines.

    Args:
        run: The run.
        index: Its index.
        config: Its configuration, by `on_device`.
        device: As of `settle_device`.
    """
    inspect = partial(checked_device, index, config.train.device)
    return CommonGround(run.path.resolve(), inspect, device, partial(note_device, run))


def on_device(config: Config, device: str) -> Config:
    """A configuration that says `auto` for the device of a run, as of `settle_device`; another one as it is."""
    if config.train.device != "auto" or not device:
        return config
    return with_changes(config, {"train.device": "cpu" if device == "cpu" else "cuda"})


def checked_device(index: Index, device: str) -> str:
    """Checks the index that a worker sees, and names its device, as `cpu` or by the model of the GPU.

    Raises:
        ArtefactError: If the file of the index holds something else, or is not there.
        ConfigError: If there is no such device.
    """
    index.check_unchanged()
    return device_name(choose_device(device))
