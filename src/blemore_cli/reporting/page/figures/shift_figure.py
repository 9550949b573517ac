"""Figure of the shift of each encoder between training and test features."""

from collections.abc import Mapping

import numpy as np

from blemore_cli.evaluation.domain_shift.shift import CLEAR_AUC, Shift, is_clearly_shifted
from blemore_cli.experiments.runs.loaded_run import LoadedModel
from blemore_cli.reporting.page.drawing.figure import PageFigure
from blemore_cli.reporting.page.drawing.row_plot import Row, row_plot
from blemore_cli.reporting.tables.notation import share_text


def shift_figure(shifts: Mapping[str, Shift], model: LoadedModel) -> PageFigure | None:
    """Draws the AUC of a classifier of test against training clips; None where it is unknown of every encoder."""
    rows = [row for name, shift in shifts.items() if (row := _row(name, shift))]
    if not rows:
        return None
    unknown = [name for name, shift in shifts.items() if shift.auc is None]
    return PageFigure(
        heading="Shift of each encoder",
        svg=row_plot(rows, "AUC of telling test clips from training clips", "Shift of each encoder", line_at=0.5),
        caption="Area under the ROC curve of a classifier that tells test from training clips by an encoder's "
        "features, actors held out; 0.5 (dotted): no difference. Broad bar: 90 % range of the same between groups of "
        f"training actors. Filled: beyond that bar and {CLEAR_AUC} or more.",
        conclusion=" ".join(
            [
                _conclusion([row.name for row in rows if row.mark == "differs"], len(rows), model),
                *([f"Unknown, as too few clips have them: {', '.join(unknown)}."] if unknown else []),
            ]
        ),
    )


def _row(name: str, shift: Shift) -> Row | None:
    if shift.auc is None:
        return None
    low, high = shift.null_low, shift.null_high
    band = None if low is None or high is None else (low, high)
    return Row(name, shift.auc, "differs" if is_clearly_shifted(shift) else "plain", bar=band)


def _conclusion(clear: list[str], n_encoders: int, model: LoadedModel) -> str:
    if not clear:
        return f"No encoder of {n_encoders} is clearly shifted."
    start = (
        f"{len(clear)} of {n_encoders} encoders are clearly shifted and may fail on the test clips, whatever "
        f"their use out of fold: {', '.join(clear)}."
    )
    is_shifted = np.isin(model.encoders, clear)
    if not is_shifted.any() or len(model.encoders) < 2 or not model.weights.any():
        return start
    share = float((model.weights * is_shifted).sum() / model.weights.sum())
    return (
        f"{start} Out of fold {model.name} gives them {share_text(share)} of its weight; an even choice "
        f"{share_text(float(is_shifted.mean()))}."
    )
