"""What the terminal shows of an ablation: arms, tests, plain sentences, and what failed."""

from typing import TYPE_CHECKING, Any

from blemore_cli.cli.console import table

if TYPE_CHECKING:
    from rich.console import RenderableType

    from blemore_cli.experiments.runs.ablation_file import Ablation, ArmResult


def ablation_views(result: "Ablation") -> list["RenderableType"]:
    """Everything there is to show, in the order of reading.

    Args:
        result: The ablation.

    Returns:
        Renderables that read well from 80 columns on; parts without content are left out.
    """
    views = [arms_view(result)]
    if len(result.arms) > 1:
        views.append(comparisons_view(result))
    if result.sentences:
        views.append(sentences_view(result))
    if result.failed:
        views.append(failed_view(result))
    return views


def arms_view(result: "Ablation") -> "RenderableType":
    """A row for each arm: what it changes, and its accuracies."""
    from blemore_cli.reporting.tables.ablation import arms_notes
    from blemore_cli.reporting.tables.notation import protocol_text

    seeds = f"{len(result.seeds)} seed{'s' * (len(result.seeds) != 1)}"
    title = (
        f"{result.run}: out-of-fold accuracy, {result.n_clips} clips, {result.n_actors} actors, "
        f"{result.n_folds} folds, {seeds}\n{protocol_text(result.protocol)}; intervals over actors"
    )
    title = "\n".join([title, *arms_notes(result)])
    rows = [_arm_row(arm) for arm in result.arms]
    return table(title, "arm", "changes", "presence", "salience", "Score", "95 % CI", rows=rows)


def _arm_row(arm: "ArmResult") -> list[str]:
    from blemore_cli.reporting.tables.notation import accuracy_text, changes_text, interval_text, spread_text

    figures = [accuracy_text(arm.presence), accuracy_text(arm.salience), spread_text(arm.score, arm.score_std)]
    return [arm.name, changes_text(arm.difference), *figures, interval_text(arm.ci95)]


def comparisons_view(result: "Ablation") -> "RenderableType":
    """A row for each arm but the reference: the difference of its Score, and whether it could be chance."""
    from blemore_cli.reporting.tables.ablation import HEADLINE
    from blemore_cli.reporting.tables.notation import difference_interval_text, difference_text, probability_text

    rows = []
    for arm in result.arms:
        actors, folds = (result.against_reference(arm.name, method) for method in HEADLINE)
        if actors is not None:
            values = [
                actors.p_value,
                actors.p_adjusted,
                *([folds.p_value, folds.p_adjusted] if folds else [None, None]),
            ]
            figures = [difference_text(actors.difference), difference_interval_text(actors.ci95)]
            rows.append([arm.name, *figures, *map(probability_text, values)])
    title = (
        f"\nScore minus that of {result.reference} on the same clips\n"
        "p over actors: sign flips; p over folds: corrected t-test; Holm: for all arms"
    )
    return table(title, "arm", "difference", "95 % CI", "p actors", "Holm", "p folds", "Holm", rows=rows)


def sentences_view(result: "Ablation") -> "RenderableType":
    """One plain sentence a comparison."""
    return _lines("\nin words", list(result.sentences))


def failed_view(result: "Ablation") -> "RenderableType":
    """The arms that did not finish, and why."""
    return _lines("\nfailed arms", [f"{name}: {reason}" for name, reason in result.failed.items()])


def _lines(title: str, texts: list[str]) -> "RenderableType":
    """Texts with a hanging indent, so that a long one is seen as one."""
    from rich.console import Group
    from rich.padding import Padding
    from rich.text import Text

    parts: list[Any] = [Padding(Text(text), (0, 0, 0, 2), expand=False) for text in texts]
    return Group(Text(title), *parts)
