"""Unsupervised domain adaptation: losses that compare a network's outputs on training and unlabelled target rows."""

from typing import Final

import torch

from blemore_cli.core.config.schema import AdaptConfig
from blemore_cli.core.registry import Registry
from blemore_cli.training.adaptation.base import Adapter
from blemore_cli.training.adaptation.coral import Coral
from blemore_cli.training.adaptation.dann import DomainAdversary
from blemore_cli.training.adaptation.mmd import Mmd

__all__ = ["ADAPTERS", "Adapter", "new_adapter", "register_adapter"]

ADAPTERS: Final = Registry[Adapter](
    "adapt.method", "adapt.options", Adapter, {"coral": Coral, "mmd": Mmd, "dann": DomainAdversary}
)
"""The adaptation methods by their names in the configuration; `none` is no method."""


def register_adapter(name: str, adapter: type[Adapter]) -> None:
    """Adds an adaptation method, which `adapt.method` then takes by its name; see docs/extending.md.

    Raises:
        UsageError: If the name is a built-in method's, or it is no child of `Adapter`.
    """
    ADAPTERS.register(name, adapter)


def new_adapter(config: AdaptConfig, d_fused: int, *, generator: torch.Generator) -> Adapter | None:
    """The adaptation loss of a training; its parameters, if it has any, are trained with the network's.

    Args:
        config: The method and its hyperparameters.
        d_fused: Width d of the fused latents.
        generator: Source of initial weights.

    Returns:
        The loss; None for the method "none".

    Examples:
        >>> generator = torch.Generator().manual_seed(0)
        >>> new_adapter(AdaptConfig(), 32, generator=generator) is None
        True
        >>> sum(x.numel() for x in new_adapter(AdaptConfig(method="dann"), 32, generator=generator).parameters())
        1089
    """
    if config.method == "none":
        return None
    return ADAPTERS.new(config.method, d_fused, generator=generator, options=config.options)
