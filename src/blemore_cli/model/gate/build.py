"""The gate that an architecture asks for."""

from collections.abc import Sequence

import torch

from blemore_cli.model.gate.attention import AttentionGate
from blemore_cli.model.gate.view import ViewGate

Gate = AttentionGate | ViewGate


def build_gate(widths: Sequence[int], view: Sequence[int], d_gate: int, *, generator: torch.Generator) -> Gate:
    """Builds a gate with initial weights.

    Args:
        widths: D_e of each encoder.
        view: Positions of the encoders that it reads; nothing lets it read each encoder that it scores.
        d_gate: Width of its keys.
        generator: Source of the initial weights.

    Examples:
        >>> type(build_gate([4, 2], [1], 3, generator=torch.Generator())).__name__
        'ViewGate'
    """
    if view:
        return ViewGate(widths, view, d_gate, generator=generator)
    return AttentionGate(widths, d_gate, generator=generator)
