"""Figure of the paired difference of every arm to its reference, with intervals and tests."""

from typing import Final

from blemore_cli.evaluation.statistics.comparison_sentence import ALPHA
from blemore_cli.experiments.runs.ablation_file import Ablation
from blemore_cli.reporting.figure_data.arm_differences import (
    ArmDifference,
    Verdict,
    arm_differences,
    differences_conclusion,
)
from blemore_cli.reporting.page.drawing.figure import PageFigure
from blemore_cli.reporting.page.drawing.row_plot import Mark, Row, row_plot

MARKS: Final[dict[Verdict, Mark]] = {
    "reference": "reference",
    "differs": "differs",
    "alike": "plain",
    "untested": "untested",
}


def difference_figure(ablation: Ablation) -> PageFigure | None:
    """Draws the differences; None where there is nothing to compare."""
    compared = [arm for arm in arm_differences(ablation) if arm.verdict != "reference"]
    if not compared:
        return None
    return PageFigure(
        of=ablation.run,
        heading=f"{ablation.run}: difference to {ablation.reference}",
        svg=row_plot(
            list(map(_row, compared)),
            f"Score \N{MINUS SIGN} Score of {ablation.reference}, same clips",
            f"Difference of Score to {ablation.reference}",
            line_at=0.0,
        ),
        caption=f"Difference of Score to {ablation.reference} on the same clips, seeds and folds, with its 95 % CI "
        f"over actors. Filled: Holm p < {ALPHA} (sign flips of whole actors); open: not; cross: not testable.",
        conclusion=differences_conclusion(ablation),
    )


def _row(arm: ArmDifference) -> Row:
    return Row(arm.arm.name, arm.difference or 0.0, MARKS[arm.verdict], arm.ci95)
