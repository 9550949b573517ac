"""Fusion rules: from the latents of the selected encoders to one fused latent."""

from typing import Final

from blemore_cli.core.registry import Registry
from blemore_cli.model.fusion.base import Fusion
from blemore_cli.model.fusion.concat import ConcatFusion
from blemore_cli.model.fusion.rank import RankFusion
from blemore_cli.model.fusion.transformer import TransformerFusion
from blemore_cli.model.fusion.weighted import WeightedFusion

__all__ = ["FUSIONS", "Fusion", "register_fusion"]

FUSIONS: Final = Registry[Fusion](
    "model.fusion",
    "model.fusion_options",
    Fusion,
    {"weighted": WeightedFusion, "rank": RankFusion, "concat": ConcatFusion, "transformer": TransformerFusion},
)
"""The fusion rules by their names in the configuration."""

register_fusion: Final = FUSIONS.register
"""Adds a fusion rule, which `model.fusion` then takes by its name; see docs/extending.md."""
