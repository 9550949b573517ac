"""Figure of the paired difference of every arm to its reference, with intervals and tests."""

from blemore_cli.evaluation.statistics.comparison_sentence import ALPHA
from blemore_cli.experiments.execution.arms import is_negative_control
from blemore_cli.experiments.runs.ablation_file import Ablation
from blemore_cli.reporting.arm_differences import ArmDifference, arm_differences
from blemore_cli.reporting.page.drawing.figure import PageFigure
from blemore_cli.reporting.page.drawing.row_plot import Row, row_plot
from blemore_cli.reporting.tables.notation import difference_text


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
        conclusion=_conclusion(ablation, compared),
    )


def _row(arm: ArmDifference) -> Row:
    mark = "plain" if arm.verdict == "alike" else arm.verdict
    return Row(arm.arm.name, arm.difference or 0.0, mark, arm.ci95)


def _conclusion(ablation: Ablation, compared: list[ArmDifference]) -> str:
    """Which arms differ from the reference, or how large a difference could have been missed; then the control."""
    compared = [arm for arm in compared if not is_negative_control(arm.arm.difference)]
    texts = [_difference_text(ablation, compared)] if compared else []
    return " ".join([*texts, *([f"{ablation.negative_control}."] if ablation.negative_control else [])])


def _difference_text(ablation: Ablation, compared: list[ArmDifference]) -> str:
    names = [f"{arm.arm.name} ({difference_text(arm.difference)})" for arm in compared if arm.verdict == "differs"]
    if names:
        listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
        return f"{listed} {'differ' if len(names) > 1 else 'differs'} from {ablation.reference} beyond chance."
    reach = [max(map(abs, arm.ci95)) for arm in compared if arm.ci95]
    bound = f" The intervals leave room for differences up to {max(reach):.3f}." if reach else ""
    return (
        f"No arm differs from {ablation.reference} by more than {ablation.n_actors} actors can tell from chance.{bound}"
    )
