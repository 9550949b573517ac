"""How far each encoder's test features are from its training features."""

from collections.abc import Mapping
from typing import Any, TypeGuard

import numpy as np

from blemore_cli.evaluation.inspection import CLEAR_AUC
from blemore_cli.experiments.evidence import ModelEvidence
from blemore_cli.reporting.report.figure import PageFigure, share_text
from blemore_cli.reporting.report.row_plot import Mark, Row, row_plot

Shifts = Mapping[str, Mapping[str, Any]]
"""AUC and null range of each encoder, as `evaluation.inspection.encoder_shifts` gives them."""


def shift_figure(shifts: Shifts, model: ModelEvidence) -> PageFigure | None:
    """Draws the AUC of telling test from training clips; None where no encoder has one.

    Args:
        shifts: What is known of each encoder.
        model: Whose selection the caption speaks of.
    """
    known = {name: each for name, each in shifts.items() if _is_number(each.get("auc"))}
    if not known:
        return None
    rows = [Row(name, float(each["auc"]), _mark(each), band=_band(each)) for name, each in known.items()]
    return PageFigure(
        of="",
        heading="Shift of each encoder",
        svg=row_plot(rows, "AUC of telling test clips from training clips", "Shift of each encoder", line_at=0.5),
        shows="Area under the ROC curve of a classifier that tells test from training clips by an encoder's "
        "features, actors "
        "held out; 0.5 (dotted): cannot be told apart. Broad bar: 90 % of what groups of training actors show "
        "against each "
        f"other. Filled: beyond that bar and {CLEAR_AUC} or more.",
        says=_conclusion(known, model),
    )


def is_shifts(content: Any) -> TypeGuard[Shifts]:
    """Whether this is what is known of each encoder's shift, and not something else of that name."""
    return (
        isinstance(content, dict)
        and bool(content)
        and all(isinstance(each, dict) and "auc" in each for each in content.values())
    )


def is_clear(shift: Mapping[str, Any]) -> bool:
    """Whether an encoder's test clips are clearly told apart, more than other actors are."""
    auc, high = shift.get("auc"), shift.get("null_high")
    return _is_number(auc) and auc >= CLEAR_AUC and (not _is_number(high) or auc > high)


def _mark(shift: Mapping[str, Any]) -> Mark:
    return "differs" if is_clear(shift) else "plain"


def _band(shift: Mapping[str, Any]) -> tuple[float, float] | None:
    low, high = shift.get("null_low"), shift.get("null_high")
    return (low, high) if _is_number(low) and _is_number(high) else None


def _conclusion(shifts: Shifts, model: ModelEvidence) -> str:
    clear = [name for name, each in shifts.items() if is_clear(each)]
    if not clear:
        return f"None of the {len(shifts)} encoders is clearly shifted."
    start = (
        f"{len(clear)} of {len(shifts)} encoders are clearly shifted and may fail on the test clips, whatever "
        "they do out of "
        f"fold: {', '.join(clear)}."
    )
    own = np.isin(model.encoders, clear)
    if not own.any() or len(model.encoders) < 2:
        return start
    share = float((model.weights * own).sum() / model.weights.sum())
    return (
        f"{start} {model.name} gives them {share_text(share)} of its weight; an even choice {share_text(own.mean())}."
    )


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, float | int) and not isinstance(value, bool) and bool(np.isfinite(value))
