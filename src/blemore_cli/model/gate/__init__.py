"""Gates: scores of the encoders for a clip."""

from typing import Final

from blemore_cli.core.registry import Registry
from blemore_cli.model.gate.attention import AttentionGate
from blemore_cli.model.gate.base import Gate
from blemore_cli.model.gate.quality import QualityGate
from blemore_cli.model.gate.view import ViewGate

__all__ = ["GATES", "Gate", "register_gate"]

GATES: Final = Registry[Gate](
    "model.gate", "model.gate_options", Gate, {"attention": AttentionGate, "quality": QualityGate, "view": ViewGate}
)
"""The gates by name; `attention` with a view is `view`."""

register_gate: Final = GATES.register
"""Adds a gate, which `model.gate` then takes by its name; see docs/extending.md."""
