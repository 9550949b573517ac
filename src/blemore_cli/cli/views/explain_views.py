"""Terminal views of an explanation: encoders, gate precision, extraction cost, and the verdict."""

from rich.console import RenderableType
from rich.text import Text

from blemore_cli.cli.console import table
from blemore_cli.cli.views.column_table import column_table
from blemore_cli.experiments.runs.explanation_file import Explanation
from blemore_cli.experiments.runs.predictors_record import Predictors
from blemore_cli.reporting.tables.explanation import cost_columns, encoder_columns
from blemore_cli.reporting.tables.notation import (
    accuracy_text,
    difference_interval_text,
    difference_text,
    interval_text,
    protocol_text,
    transductive_notes,
)
from blemore_cli.reporting.tables.predictors import COLUMNS, MOST_ROWS, predictors_title


def explain_views(explanation: Explanation) -> list[RenderableType]:
    """All views, in the order of reading; they read well from 80 columns on."""
    curve = explanation.cost
    cost = column_table("\nScore against the encoders to extract for a clip", cost_columns(curve), range(len(curve.n)))
    views = [encoders_view(explanation), gate_view(explanation), cost, Text(f"\n{explanation.verdict}.")]
    return views if explanation.predictors is None else [*views, *predictors_views(explanation.predictors)]


def predictors_views(predictors: Predictors) -> list[RenderableType]:
    """The groups of columns that carry most, and a sentence."""
    table_of_groups = column_table(predictors_title(predictors), COLUMNS, predictors.groups[:MOST_ROWS])
    return [table_of_groups, Text(f"\n{predictors.sentence}.")]


def encoders_view(explanation: Explanation) -> RenderableType:
    """A row for each encoder: how often it is kept, and how useful it is."""
    seeds = f"{len(explanation.seeds)} seed{'s' * (len(explanation.seeds) != 1)}"
    kept = f"{explanation.n_kept:.2f} of {len(explanation.encoders)} encoders kept"
    title = (
        f"{explanation.run}: {explanation.rule} selection, {kept}, "
        f"{explanation.n_clips} clips out of fold, {seeds}\n{protocol_text(explanation.protocol)}"
    )
    title = "\n".join([title, *transductive_notes(explanation.standardize)])
    return column_table(title, encoder_columns(explanation), explanation.encoders)


def gate_view(explanation: Explanation) -> RenderableType:
    """Each figure that judges the gate, with its interval and its value by chance."""
    rows = _gate_rows(explanation)
    return table("\nis the gate right? intervals over actors", "", "figure", "95 % CI", "chance", rows=rows)


def _gate_rows(explanation: Explanation) -> list[list[str]]:
    def difference(name: str, value: float | None, ci95: tuple[float, float] | None, chance: str = "0") -> list[str]:
        return [name, difference_text(value), difference_interval_text(ci95), chance]

    agreement, planted, curves = explanation.agreement, explanation.planted, explanation.deletion
    chance, baseline = accuracy_text(agreement.chance), "  popularity baseline"
    rows = [["gate precision", accuracy_text(agreement.precision), interval_text(agreement.ci95), chance]]
    rows.append([baseline, accuracy_text(agreement.dealt)])
    if agreement.by_others is not None:
        interval = interval_text(agreement.by_others_ci95)
        rows.append(["cross-seed precision", accuracy_text(agreement.by_others), interval, chance])
        rows.append([baseline, accuracy_text(agreement.by_others_dealt)])
    if planted:
        rows.append(["selected and planted", accuracy_text(planted.precision), "", accuracy_text(planted.chance)])
    rows.append(difference("rank correlation", agreement.rank_correlation, agreement.rank_correlation_ci95))
    rows += [
        [f"selected alike by other {kind}", accuracy_text(pairs.overlap), "", accuracy_text(pairs.chance)]
        for kind, pairs in explanation.stability.items()
        if pairs
    ]
    if curves:
        rows.append(difference("deletion: last minus best first, Score", curves.area, curves.area_ci95))
    return [*rows, difference("regret against an oracle, Score", explanation.regret, explanation.oracle.ci95, "")]
