"""Terminal views of an explanation: encoders, gate precision, extraction cost, and the verdict."""

from typing import TYPE_CHECKING

from blemore_cli.cli.views.column_table import column_table

if TYPE_CHECKING:
    from rich.console import RenderableType

    from blemore_cli.experiments.runs.explanation_file import Explanation


def explain_views(explanation: "Explanation") -> list["RenderableType"]:
    """All views, in the order of reading; they read well from 80 columns on."""
    from rich.text import Text

    views = [view(explanation) for view in (encoders_view, gate_view, cost_view)]
    return [*views, Text(f"\n{explanation.verdict}.")]


def encoders_view(explanation: "Explanation") -> "RenderableType":
    """A row for each encoder: how often it is kept, and how useful it is."""
    from blemore_cli.reporting.tables.explanation import ENCODERS, encoder_rows
    from blemore_cli.reporting.tables.notation import protocol_text, transductive_notes

    seeds = f"{len(explanation.seeds)} seed{'s' * (len(explanation.seeds) != 1)}"
    kept = f"{explanation.n_kept:.2f} of {len(explanation.encoders)} encoders kept"
    title = (
        f"{explanation.run}: {explanation.rule} selection, {kept}, "
        f"{explanation.n_clips} clips out of fold, {seeds}\n{protocol_text(explanation.protocol)}"
    )
    title = "\n".join([title, *transductive_notes(explanation.standardize)])
    return column_table(title, ENCODERS, encoder_rows(explanation))


def gate_view(explanation: "Explanation") -> "RenderableType":
    """Each figure that judges the gate, with its interval and its value by chance."""
    from blemore_cli.reporting.tables.explanation import GATE, gate_rows

    return column_table("\nis the gate right? intervals over actors", GATE, gate_rows(explanation))


def cost_view(explanation: "Explanation") -> "RenderableType":
    """Score against the number of encoders to extract."""
    from blemore_cli.reporting.tables.explanation import COST, cost_rows

    return column_table("\nScore against the encoders to extract for a clip", COST, cost_rows(explanation))
