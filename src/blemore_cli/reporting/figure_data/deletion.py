"""Deletion curves of a gate: data and conclusion of a figure."""

from typing import Final

from blemore_cli.evaluation.gate_quality.deletion_curves import DeletionCurves, Order
from blemore_cli.reporting.tables.notation import difference_interval_text, difference_text

NAMES: Final[dict[Order, str]] = {
    "bottom_first": "last-ranked first",
    "random": "random",
    "top_first": "best-ranked first",
}
"""Name of each curve, from the one that should be highest."""


def deletion_conclusion(curves: DeletionCurves) -> str:
    """Whether it costs more to remove the encoders that the gate ranks first than those that it ranks last."""
    gap, interval = curves.area, curves.area_ci95
    text = f"{difference_text(gap)} of Score on average over the curve"
    text += f", interval over actors {difference_interval_text(interval)}" if interval else ""
    more = "more" if gap > 0 and (interval is None or interval[0] > 0) else "no more"
    return f"Removing what the gate scores highest costs {more} than removing what it scores lowest ({text})."
