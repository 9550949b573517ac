"""The tables of an ablation: CSV for spreadsheets and LaTeX for a paper, a row for each arm."""

import csv
import io
from typing import TYPE_CHECKING, Final

from blemore_cli.experiments.runs.ablation_file import Ablation, ArmResult
from blemore_cli.experiments.runs.artefact import finite
from blemore_cli.reporting.tables.latex import booktabs, captioned, escaped, in_math, thousands
from blemore_cli.reporting.tables.notation import (
    NOT_AVAILABLE,
    accuracy_text,
    changes_text,
    difference_interval_text,
    difference_text,
    interval_text,
    probability_text,
    protocol_text,
    spread_text,
    transductive_arms_notes,
    transductive_notes,
)

if TYPE_CHECKING:
    from blemore_cli.evaluation.statistics.comparison import Method

HEADLINE: Final[tuple["Method", ...]] = ("actor_bootstrap", "nadeau_bengio")
"""The methods that tables show; the others are second opinions, in the JSON."""

TEST_FIGURES: Final = ("difference", "ci95_low", "ci95_high", "p_value", "p_adjusted")
CSV_COLUMNS: Final = (
    *("name", "difference", "presence", "salience", "score", "score_std", "ci95_low", "ci95_high", "n_seeds"),
    *(f"{method}_{figure}" for method in HEADLINE for figure in TEST_FIGURES),
    "failed",
)
TRANSDUCTIVE_COLUMNS: Final = {"standardize": "global", "match_prior": "none"}
"""Last columns, each where any arm has another value than this: its predictions read other clips without labels."""


def ablation_csv(result: Ablation) -> str:
    """A row for each arm: its figures, and the difference of its Score by the headline methods.

    Numbers are written so that they read back exactly; what does not exist is left empty. An arm that failed has its
    name and the reason.

    Args:
        result: The ablation.

    Returns:
        The text of `ablation.csv`, with the columns `CSV_COLUMNS` and, for some, of `TRANSDUCTIVE_COLUMNS`.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    told = [key for key, none in TRANSDUCTIVE_COLUMNS.items() if any(getattr(arm, key) != none for arm in result.arms)]
    writer.writerow([*CSV_COLUMNS, *told])
    writer.writerows([*finite(_csv_row(result, arm)), *(getattr(arm, key) for key in told)] for arm in result.arms)
    n_empty = len(CSV_COLUMNS) - 2
    writer.writerows([name, *[""] * n_empty, reason, *[""] * len(told)] for name, reason in result.failed.items())
    return text.getvalue()


def _csv_row(result: Ablation, arm: ArmResult) -> list[object]:
    changes = ", ".join(f"{key}={value}" for key, value in arm.difference.items())
    figures = [arm.presence, arm.salience, arm.score, arm.score_std, *arm.ci95, arm.n_seeds]
    row: list[object] = [arm.name, changes, *figures]
    for method in HEADLINE:
        test = result.against_reference(arm.name, method)
        row += [test.difference, *test.ci95, test.p_value, test.p_adjusted] if test else [None] * len(TEST_FIGURES)
    return [*row, ""]


def ablation_latex(result: Ablation) -> str:
    """A table over the width of the page, for a paper to take in as it is; it needs the package booktabs.

    Args:
        result: The ablation.

    Returns:
        A `table*` whose caption gives the protocol, the seeds, the actors, the tests and their correction.
    """
    header = ["Arm", "Changes", "Presence", "Salience", "Score", r"95\,\% CI"]
    header += [r"$\Delta$ Score", r"95\,\% CI", r"$p_\mathrm{actor}$", r"$p_\mathrm{NB}$"]
    rows = [_latex_row(result, arm) for arm in result.arms]
    rows += [[escaped(name), "failed", *[""] * (len(header) - 2)] for name in result.failed]
    tabular = booktabs(header, rows, columns="llcccccccc")
    return captioned(tabular, caption=_caption(result), label="tab:ablation", is_wide=True)


def _latex_row(result: Ablation, arm: ArmResult) -> list[str]:
    cells = [
        escaped(arm.name),
        escaped(changes_text(arm.difference)),
        accuracy_text(arm.presence),
        accuracy_text(arm.salience),
        spread_text(arm.score, arm.score_std).replace("±", r"$\pm$"),
        interval_text(arm.ci95).replace("-", "--"),
    ]
    bootstrap, resampled_t = (result.against_reference(arm.name, method) for method in HEADLINE)
    if bootstrap is None:
        return [*cells, *[""] * 4]
    interval = " to ".join(map(in_math, difference_interval_text(bootstrap.ci95).split(" to ")))
    p_values = [bootstrap.p_adjusted, resampled_t.p_adjusted if resampled_t else None]
    p_texts = [in_math(probability_text(value)) for value in p_values]
    return [*cells, in_math(difference_text(bootstrap.difference)), interval, *p_texts]


def _caption(result: Ablation) -> str:
    several = len(result.seeds) > 1
    seeds = f"seed{'s' * several} {', '.join(map(str, result.seeds))}"
    spread = r" ($\pm$ standard deviation over seeds)" if several else ""
    sentences = [
        f"Ablation by the {escaped(protocol_text(result.protocol))}, everything but the changes held fixed:",
        f"{thousands(result.n_clips)} clips of {result.n_actors} actors,",
        f"{result.n_folds} folds without a shared actor, {seeds}.",
        f"Presence and salience accuracy and their mean, the Score{spread}, of the pooled out-of-fold predictions.",
        r"Intervals: 95\,\% bootstrap over actors.",
        rf"$\Delta$: paired difference to {escaped(result.reference)} on the same clips.",
        r"$p_\mathrm{actor}$: sign flips of whole actors;",
        r"$p_\mathrm{NB}$: corrected resampled $t$-test (Nadeau--Bengio) over folds and seeds;",
        "both two-sided, with Holm's correction over the arms.",
        *(f"{escaped(note[:1].upper() + note[1:])}." for note in arms_notes(result)),
        *_missing(result),
    ]
    return "\n".join(sentences)


def arms_notes(result: Ablation) -> list[str]:
    """What has to be said of arms that read unlabelled clips, each thing once."""
    return transductive_arms_notes(
        {arm.name: transductive_notes(arm.standardize, arm.match_prior) for arm in result.arms}
    )


def _missing(result: Ablation) -> list[str]:
    """Why some cells say that there is no p-value."""
    tests = [result.against_reference(arm.name, method) for arm in result.arms for method in HEADLINE]
    notes = {test.note: None for test in tests if test and test.p_value is None and test.note}
    return [f"{NOT_AVAILABLE}: {escaped('; '.join(notes))}."] if notes else []
