"""Notes on settings that were changed but have no effect beside others."""

from typing import Final

from blemore_cli.core.config.schema import Config
from blemore_cli.core.errors import listed
from blemore_cli.training.spec import fuses_evidence

OF_LATENTS: Final = (
    *("train.warmup_epochs", "train.exploration", "train.balance", "train.second_stage"),
    "model.temperature",
)
"""Keys of the training of a gate over latents: distributions are fused and selected by what is fitted afterwards."""


def ignored_settings(config: Config) -> list[str]:
    """A note that names the settings without effect that are not the default; nothing where there are none.

    Examples:
        >>> ignored_settings(Config())
        []
    """
    if not fuses_evidence(config):
        return []
    default = Config()
    changed = []
    for key in OF_LATENTS:
        section, name = key.split(".")
        value = getattr(getattr(config, section), name)
        if value != getattr(getattr(default, section), name):
            changed.append(f"{key}={value}")
    if not changed:
        return []
    return [f"without effect: {listed(changed)}; model.fusion={config.model.fusion} has no gate that is trained so"]
