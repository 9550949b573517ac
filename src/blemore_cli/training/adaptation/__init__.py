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

register_adapter: Final = ADAPTERS.register
"""Adds an adaptation method, which `adapt.method` then takes by its name; see docs/extending.md."""


def new_adapter(config: AdaptConfig, d_fused: int, *, generator: torch.Generator) -> Adapter | None:
    """The adaptation loss of a training on latents of width `d_fused`; None for the method "none".

    Its parameters, if it has any, are drawn from the generator and trained with the network's.
    """
    if config.method == "none":
        return None
    return ADAPTERS.new(config.method, d_fused, generator=generator, options=config.options)
