"""Table of an ablation: a row for each arm, for terminal, page, CSV and LaTeX."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from blemore_cli.evaluation.statistics.comparison import Method, PairedComparison
from blemore_cli.experiments.runs.ablation_file import Ablation, ArmResult
from blemore_cli.experiments.runs.metrics import PooledScores
from blemore_cli.reporting.tables.column import Column, Columns, figure, of_part, words
from blemore_cli.reporting.tables.csv_text import csv_table
from blemore_cli.reporting.tables.latex import captioned, escaped, tabular, thousands
from blemore_cli.reporting.tables.notation import (
    NOT_AVAILABLE,
    changes_text,
    difference_interval_text,
    difference_text,
    probability_text,
    protocol_text,
    transductive_arms_notes,
    transductive_notes,
)
from blemore_cli.reporting.tables.scores import POOLED

HEADLINE: Final[tuple[Method, ...]] = ("actor_bootstrap", "nadeau_bengio")
"""The methods that tables show; the others are second opinions, in the JSON."""

NOT_TESTED: Final = PairedComparison(
    *("", "", "score", math.nan, (math.nan, math.nan), None, None, "actor_bootstrap", None, "")
)
PLAIN: Final = {"standardize": "global", "match_prior": "none"}
"""Settings that have a column where any arm has another value: its predictions read other clips without labels."""


@dataclass(frozen=True)
class ArmRow:
    """A row: an arm with its tests of the Score against the reference, or the reason why it failed.

    Attributes:
        arm: Its figures; None if it failed.
        tests: Its tests by the methods in `HEADLINE`; none for the reference.
        failed: Why it failed, else empty.
    """

    name: str
    arm: ArmResult | None
    tests: Mapping[Method, PairedComparison]
    failed: str


def arm_rows(result: Ablation) -> list[ArmRow]:
    """The arms in their order, then those that failed."""
    rows = [ArmRow(arm.name, arm, _tests(result, arm.name), "") for arm in result.arms]
    return [*rows, *(ArmRow(name, None, {}, reason) for name, reason in result.failed.items())]


def _tests(result: Ablation, arm: str) -> dict[Method, PairedComparison]:
    tests = {method: result.against_reference(arm, method) for method in HEADLINE}
    return {method: test or NOT_TESTED for method, test in tests.items()} if any(tests.values()) else {}


def effect_text(value: float | None) -> str:
    """An effect size with two decimals and its sign."""
    return NOT_AVAILABLE if value is None else f"{value:+.2f}"


DIFFERENCE: Final[Columns[PairedComparison]] = (
    Column("difference", None, lambda test: difference_text(test.difference), latex=r"$\Delta$ Score"),
    Column("95 % CI", None, lambda test: difference_interval_text(test.ci95)),
    figure("d", lambda test: test.effect_size, effect_text, key="effect_size", latex="$d_z$"),
)
"""The difference of the Score for readers, the same by every method but for the interval."""


def _tested(method: Method, unit: str, latex: str) -> Columns[PairedComparison]:
    """Columns of a test of the Score by one method."""
    return (
        Column(f"{method}_difference", lambda test: test.difference, None),
        Column(f"{method}_ci95_low", lambda test: test.ci95[0], None),
        Column(f"{method}_ci95_high", lambda test: test.ci95[1], None),
        figure(f"p {unit}", lambda test: test.p_value, probability_text, key=f"{method}_p_value", left_out=("latex",)),
        figure("Holm", lambda test: test.p_adjusted, probability_text, key=f"{method}_p_adjusted", latex=latex),
    )


def _pooled(row: ArmRow) -> PooledScores | None:
    arm = row.arm
    if arm is None:
        return None
    return PooledScores(presence=arm.presence, salience=arm.salience, score=arm.score, std=arm.score_std, ci95=arm.ci95)


NAME: Final[Column[ArmRow]] = words("arm", lambda row: row.name, key="name")
CHANGES: Final[Column[ArmRow]] = Column(
    "changes",
    lambda row: ", ".join(f"{key}={value}" for key, value in row.arm.difference.items()) if row.arm else "",
    lambda row: changes_text(row.arm.difference) if row.arm else "failed",
    key="difference",
    has_words=True,
)
FIGURES: Final[Columns[ArmRow]] = (
    *of_part(_pooled, POOLED),
    Column("n_seeds", lambda row: row.arm and row.arm.n_seeds, None),
)
DIFFERENCES: Final[Columns[ArmRow]] = (
    *of_part(
        lambda row: row.tests.get("actor_bootstrap"),
        (*DIFFERENCE, *_tested("actor_bootstrap", "actors", r"$p_\mathrm{actor}$")),
    ),
    *of_part(lambda row: row.tests.get("nadeau_bengio"), _tested("nadeau_bengio", "folds", r"$p_\mathrm{NB}$")),
)
ABLATION: Final[Columns[ArmRow]] = (
    NAME,
    CHANGES,
    *FIGURES,
    *DIFFERENCES,
    Column("failed", lambda row: row.failed, None),
)
"""The table of an ablation; terminal and page show parts of it."""

LEGEND: Final = (
    "95 % CI: bootstrap over actors; d: mean of the actors' differences over their SD; p actors: sign flips of whole "
    "actors; p folds: corrected resampled t-test (Nadeau and Bengio); Holm: corrected for all arms"
)
"""Key to the differences for terminal and page; the caption in LaTeX has the same in its symbols."""


def ablation_csv(result: Ablation) -> str:
    """A row for each arm: its figures, and tests of its Score by the headline methods, or why it failed."""
    settings = [key for key, plain in PLAIN.items() if any(getattr(arm, key) != plain for arm in result.arms)]
    return csv_table([*ABLATION, *map(_setting, settings)], arm_rows(result))


def _setting(key: str) -> Column[ArmRow]:
    return Column(key, lambda row: row.arm and getattr(row.arm, key), None)


def ablation_latex(result: Ablation) -> str:
    """A `table*` for a paper to take in as it is; the caption gives protocol, seeds, actors, tests and correction."""
    body = tabular(ABLATION, arm_rows(result))
    return captioned(body, caption=_caption(result), label="tab:ablation", is_wide=True)


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
        r"$d_z$: mean of the actors' differences over their standard deviation.",
        r"$p_\mathrm{actor}$: sign flips of whole actors;",
        r"$p_\mathrm{NB}$: corrected resampled $t$-test (Nadeau--Bengio) over folds and seeds;",
        "both two-sided, with Holm's correction over the arms.",
        *(f"{escaped(note[:1].upper() + note[1:])}." for note in arms_notes(result)),
        *_missing(result),
        *([f"{escaped(result.conclusion)}."] if result.conclusion else []),
    ]
    return "\n".join(sentences)


def arms_notes(result: Ablation) -> list[str]:
    """Notes on arms whose predictions depend on other unlabelled clips, each once, and on the negative control."""
    notes = {arm.name: transductive_notes(arm.standardize, arm.match_prior) for arm in result.arms}
    return [*transductive_arms_notes(notes), *filter(None, [result.negative_control])]


def _missing(result: Ablation) -> list[str]:
    """Reasons for p-values that do not exist."""
    tests = [result.against_reference(arm.name, method) for arm in result.arms for method in HEADLINE]
    notes = {test.note: None for test in tests if test and test.p_value is None and test.note}
    return [f"{NOT_AVAILABLE}: {escaped('; '.join(notes))}."] if notes else []
