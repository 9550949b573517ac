"""Deletion curves of a gate: data and conclusion of a figure."""

from dataclasses import dataclass
from typing import Final

from blemore_cli.evaluation.gate_quality.deletion_curves import DeletionCurves, Order
from blemore_cli.reporting.tables.notation import difference_interval_text, difference_text

NAMES: Final[dict[Order, str]] = {
    "bottom_first": "last-ranked first",
    "random": "random",
    "top_first": "best-ranked first",
}
"""What each curve is called, from the one that should be highest."""


@dataclass(frozen=True)
class Curve:
    """One curve over the number of encoders removed, from 0.

    Attributes:
        order: In which order encoders are removed.
        name: What the curve is called.
        score: Score out of fold.
        log_loss: Mean loss in nats.
    """

    order: Order
    name: str
    score: tuple[float, ...]
    log_loss: tuple[float, ...]


def deletion_lines(curves: DeletionCurves) -> list[Curve]:
    """The three curves."""
    return [
        Curve(order, name, tuple(curves.score[order]), tuple(curves.log_loss[order])) for order, name in NAMES.items()
    ]


def deletion_conclusion(curves: DeletionCurves) -> str:
    """Whether it costs more to remove the encoders that the gate ranks first than those that it ranks last."""
    gap, interval = curves.area, curves.area_ci95
    text = f"{difference_text(gap)} of Score on average over the curve"
    text += f", interval over actors {difference_interval_text(interval)}" if interval else ""
    more = "more" if gap > 0 and (interval is None or interval[0] > 0) else "no more"
    return f"Removing what the gate scores highest costs {more} than removing what it scores lowest ({text})."
