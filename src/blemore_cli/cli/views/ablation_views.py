"""Terminal views of an ablation: conclusion, arms, paired differences, sentences, and failed arms."""

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from blemore_cli.cli.views.column_table import column_table
from blemore_cli.experiments.runs.ablation_file import Ablation
from blemore_cli.reporting.tables.ablation import CHANGES, DIFFERENCES, FIGURES, LEGEND, NAME, arm_rows, arms_notes
from blemore_cli.reporting.tables.notation import protocol_text


def ablation_views(result: Ablation) -> list[RenderableType]:
    """All views that have content, in the order of reading; they read well from 80 columns on."""
    views: list[RenderableType] = [Text(f"{result.conclusion}.\n")] if result.conclusion else []
    views.append(arms_view(result))
    if len(result.arms) > 1:
        views.append(comparisons_view(result))
    if result.sentences:
        views.append(_lines("\nin words", result.sentences))
    if result.failed:
        views.append(_lines("\nfailed arms", (f"{name}: {reason}" for name, reason in result.failed.items())))
    return views


def arms_view(result: Ablation) -> RenderableType:
    """A row for each arm: what it changes, and its accuracies."""
    seeds = f"{len(result.seeds)} seed{'s' * (len(result.seeds) != 1)}"
    title = (
        f"{result.run}: out-of-fold accuracy, {result.n_clips} clips, {result.n_actors} actors, "
        f"{result.n_folds} folds, {seeds}\n{protocol_text(result.protocol)}; intervals over actors"
    )
    title = "\n".join([title, *arms_notes(result)])
    return column_table(title, (NAME, CHANGES, *FIGURES), [row for row in arm_rows(result) if row.arm])


def comparisons_view(result: Ablation) -> RenderableType:
    """A row for each arm but the reference: the difference of its Score, with tests."""
    title = f"\nScore minus that of {result.reference} on the same clips\n{LEGEND}"
    return column_table(title, (NAME, *DIFFERENCES), [row for row in arm_rows(result) if row.tests])


def _lines(title: str, texts: Iterable[str]) -> RenderableType:
    """Texts with a hanging indent, so that a long one is seen as one."""
    return Group(Text(title), *(Padding(Text(text), (0, 0, 0, 2), expand=False) for text in texts))
