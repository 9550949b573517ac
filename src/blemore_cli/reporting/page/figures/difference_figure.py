"""The paired difference of every arm to its reference, with intervals and what the tests say."""

import math

from blemore_cli.evaluation.statistics.comparison_sentence import ALPHA
from blemore_cli.experiments.runs.ablation_file import Ablation, ArmResult
from blemore_cli.reporting.page.drawing.figure import PageFigure
from blemore_cli.reporting.page.drawing.row_plot import Mark, Row, row_plot
from blemore_cli.reporting.paper.ablation_figure import INTERVAL_METHOD
from blemore_cli.reporting.tables.notation import difference_text


def difference_figure(ablation: Ablation) -> PageFigure | None:
    """Draws the differences; None where there is nothing to compare."""
    others = [arm for arm in ablation.arms if arm.name != ablation.reference]
    if not others:
        return None
    return PageFigure(
        of=ablation.run,
        heading=f"{ablation.run}: difference to {ablation.reference}",
        svg=row_plot(
            [_row(ablation, arm) for arm in others],
            f"Score \N{MINUS SIGN} Score of {ablation.reference}, same clips",
            f"Difference of Score to {ablation.reference}",
            line_at=0.0,
        ),
        shows=f"Difference of Score to {ablation.reference} on the same clips, seeds and folds, with its 95 % "
        "interval over "
        f"actors. Filled: Holm p < {ALPHA} (sign flips of whole actors); open: not; cross: not testable.",
        says=_conclusion(ablation, others),
    )


def _row(ablation: Ablation, arm: ArmResult) -> Row:
    test = ablation.against_reference(arm.name, INTERVAL_METHOD)
    if test is None:
        return Row(arm.name, 0.0, "untested")
    mark: Mark = "differs" if _differs(ablation, arm) else "untested" if test.p_value is None else "plain"
    return Row(arm.name, test.difference, mark, test.ci95)


def _differs(ablation: Ablation, arm: ArmResult) -> bool:
    test = ablation.against_reference(arm.name, INTERVAL_METHOD)
    return test is not None and test.p_adjusted is not None and test.p_adjusted < ALPHA


def _conclusion(ablation: Ablation, others: list[ArmResult]) -> str:
    tests = {arm.name: ablation.against_reference(arm.name, INTERVAL_METHOD) for arm in others}
    differing = [
        f"{arm.name} ({difference_text(test.difference)})"
        for arm in others
        if (test := tests[arm.name]) and _differs(ablation, arm)
    ]
    if differing:
        return (
            f"{_listed(differing)} {'differ' if len(differing) > 1 else 'differs'} from {ablation.reference} "
            "beyond chance."
        )
    reach = [
        max(map(abs, test.ci95)) for test in tests.values() if test is not None and all(map(math.isfinite, test.ci95))
    ]
    bound = f" The intervals leave room for differences up to {max(reach):.3f}." if reach else ""
    return (
        f"No arm differs from {ablation.reference} by more than {ablation.n_actors} actors can tell from chance.{bound}"
    )


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
