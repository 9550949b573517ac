"""What the terminal shows of an explanation: encoders, whether the gate is right, cost, and the verdict."""

from typing import TYPE_CHECKING

from blemore_cli.cli.console import table
from blemore_cli.cli.views.column_table import column_table

if TYPE_CHECKING:
    from rich.console import RenderableType

    from blemore_cli.experiments.runs.explanation_file import Explanation


def explain_views(found: "Explanation") -> list["RenderableType"]:
    """Everything there is to show, in the order of reading; it reads well from 80 columns on.

    Args:
        found: The explanation.
    """
    from rich.text import Text

    return [encoders_view(found), judgement_view(found), cost_view(found), Text(f"\n{found.verdict}.")]


def encoders_view(found: "Explanation") -> "RenderableType":
    """A row for each encoder: how often it is kept, and how useful it is."""
    from blemore_cli.reporting.tables.explanation import ENCODERS, encoder_rows
    from blemore_cli.reporting.tables.notation import protocol_text, transductive_notes

    seeds = f"{len(found.seeds)} seed{'s' * (len(found.seeds) != 1)}"
    title = (
        f"{found.run}: {found.rule} selection, {found.n_kept:.2f} of {len(found.encoders)} encoders kept, "
        f"{found.n_clips} clips out of fold, {seeds}\n{protocol_text(found.protocol)}"
    )
    title = "\n".join([title, *transductive_notes(found.standardize)])
    return column_table(title, ENCODERS, encoder_rows(found))


def judgement_view(found: "Explanation") -> "RenderableType":
    """Each figure that judges the gate, with its interval and what chance would give."""
    from blemore_cli.reporting.tables.notation import (
        accuracy_text,
        difference_interval_text,
        difference_text,
        interval_text,
    )

    agreed, oracle, chance = found.agreement, found.oracle, accuracy_text(found.agreement.chance)
    rows = [["picks among the most useful", accuracy_text(agreed.precision), interval_text(agreed.ci95), chance]]
    rows.append(["  the same dealt to other clips", accuracy_text(agreed.dealt), "", ""])
    if agreed.by_others is not None:
        judged = [accuracy_text(agreed.by_others), interval_text(agreed.by_others_ci95)]
        rows.append(["as models of other seeds judge", *judged, chance])
        rows.append(["  the same dealt to other clips", accuracy_text(agreed.by_others_dealt), "", ""])
    if planted := found.planted:
        rows.append(
            ["picks in the planted answer", accuracy_text(planted.precision), "", accuracy_text(planted.chance)]
        )
    correlation = difference_interval_text(agreed.rank_correlation_ci95)
    rows.append(["rank correlation", difference_text(agreed.rank_correlation), correlation, "0"])
    for kind, stable in found.stability.items():
        if stable:
            rows.append(
                [f"kept alike by other {kind}", accuracy_text(stable.overlap), "", accuracy_text(stable.chance)]
            )
    if curves := found.deletion:
        area = difference_interval_text(curves.area_ci95)
        rows.append(["removal: last minus first, Score", difference_text(curves.area), area, "0"])
    rows.append(
        ["regret against an oracle, Score", difference_text(found.regret), difference_interval_text(oracle.ci95), ""]
    )
    return table("\nis the gate right? intervals over actors", "", "figure", "95 % CI", "chance", rows=rows)


def cost_view(found: "Explanation") -> "RenderableType":
    """Score against the number of encoders to extract."""
    from blemore_cli.reporting.tables.explanation import COST, cost_rows

    return column_table("\nScore against the encoders to extract for a clip", COST, cost_rows(found))
