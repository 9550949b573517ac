"""Gates: scores of the encoders for a clip."""

from collections.abc import Mapping, Sequence
from typing import Final

import torch

from blemore_cli.core.registry import Registry
from blemore_cli.model.gate.attention import AttentionGate
from blemore_cli.model.gate.base import Gate
from blemore_cli.model.gate.view import ViewGate

__all__ = ["GATES", "Gate", "new_gate", "register_gate"]

GATES: Final = Registry[Gate]("model.gate", "model.gate_options", Gate, {"attention": AttentionGate, "view": ViewGate})
"""The gates by name; `attention` with a view is `view`."""

register_gate: Final = GATES.register
"""Adds a gate, which `model.gate` then takes by its name; see docs/extending.md."""


def new_gate(
    name: str,
    widths: Sequence[int],
    view: Sequence[int],
    d_gate: int,
    *,
    generator: torch.Generator,
    options: Mapping[str, object],
) -> Gate:
    """A gate with initial weights, by its name in the configuration.

    Arguments as for `Gate`; the view is empty where the gate reads all encoders, and `options` are its hyperparameters.
    """
    kind = "view" if view and name == "attention" else name
    return GATES.new(kind, widths, view, d_gate, generator=generator, options=options)
