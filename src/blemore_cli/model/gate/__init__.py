"""Gates: scores of the encoders for a clip."""

from collections.abc import Sequence
from typing import Final

import torch

from blemore_cli.model.gate.attention import AttentionGate
from blemore_cli.model.gate.base import Gate
from blemore_cli.model.gate.view import ViewGate

__all__ = ["GATES", "Gate", "new_gate"]

GATES: Final[dict[str, type[Gate]]] = {"attention": AttentionGate, "view": ViewGate}
"""The gates by name."""


def new_gate(widths: Sequence[int], view: Sequence[int], d_gate: int, *, generator: torch.Generator) -> Gate:
    """A gate with initial weights: that of the view, or without one that which reads every encoder.

    Examples:
        >>> type(new_gate([4, 2], [1], 3, generator=torch.Generator())).__name__
        'ViewGate'
    """
    return GATES["view" if view else "attention"](widths, view, d_gate, generator=generator)
