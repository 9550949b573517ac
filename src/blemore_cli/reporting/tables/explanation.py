"""Tables of an explanation: encoders, cost, and the figures of each group and clip."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from blemore_cli.experiments.runs.explanation_file import ClipSelections, Explanation
from blemore_cli.reporting.tables.column import Column, Columns, figure, words
from blemore_cli.reporting.tables.csv_text import csv_table, csv_text
from blemore_cli.reporting.tables.latex import captioned, escaped, tabular, thousands
from blemore_cli.reporting.tables.notation import (
    accuracy_text,
    difference_interval_text,
    difference_text,
    interval_text,
    protocol_text,
    transductive_notes,
)


def selection_csv(explanation: Explanation) -> str:
    """A row for each group of clips and encoder: the share of the clips with the encoder that keep it."""
    shares = explanation.selection
    groups = {"set": shares.by_set, "kind": shares.by_kind, "actor": shares.by_actor}
    named = [("all", "out of fold", shares.all), *([] if shares.test is None else [("all", "test", shares.test)])]
    named += [(kind, name, values) for kind, group in groups.items() for name, values in group.items()]
    rows = ([kind, name, encoder, share] for kind, name, values in named for encoder, share in values.items())
    return csv_text(["group", "name", "encoder", "share"], rows)


def removal_csv(explanation: Explanation) -> str:
    """A row for each number of encoders removed: Score and loss of each order."""
    curves = explanation.deletion
    if curves is None:
        return csv_text(["n_removed"], [])
    header = ["n_removed", *(f"{order}_{what}" for what in ("score", "log_loss") for order in curves.score)]
    columns = [curves.n_removed, *curves.score.values(), *curves.log_loss.values()]
    return csv_text(header, zip(*columns, strict=True))


@dataclass(frozen=True)
class CostRow:
    """A point of the curve of cost: encoders kept for a clip, the Score, and encoders that must be extracted."""

    n: int
    score: float
    n_computed: float


COST: Final[Columns[CostRow]] = (
    figure("kept", lambda row: row.n, str, key="n"),
    figure("Score", lambda row: row.score, key="score"),
    figure("extracted", lambda row: row.n_computed, "{:.2f}".format, key="n_computed"),
)


def cost_rows(explanation: Explanation) -> list[CostRow]:
    """The points of the curve of cost."""
    curve = explanation.cost
    return [CostRow(*point) for point in zip(curve.n, curve.score, curve.n_computed, strict=True)]


def compute_csv(explanation: Explanation) -> str:
    """A row for each number of encoders kept: Score, and the mean number of encoders to extract."""
    return csv_table(COST, cost_rows(explanation))


def clips_csv(clips: ClipSelections, encoders: Sequence[str]) -> str:
    """A row for each clip out of fold and seed: selected encoders, and the log-likelihood from each alone."""
    names = [f"{kind}_{encoder}" for kind in ("picked", "useful") for encoder in encoders]
    keys = zip(clips.filename.tolist(), clips.fold.tolist(), clips.seed.tolist(), strict=True)
    figures = zip(clips.selected.astype(int).tolist(), np.round(clips.usefulness, 6).tolist(), strict=True)
    rows = ([*key, *picked, *useful] for key, (picked, useful) in zip(keys, figures, strict=True))
    return csv_text(["filename", "fold", "seed", *names], rows)


@dataclass(frozen=True)
class EncoderRow:
    """An encoder: shares of the clips that keep it, and its worth alone; NaN where there is nothing to count.

    Attributes:
        name: Its name.
        kept: Share of the clips out of fold that keep it.
        test: The same of the test clips.
        single: The same of the single emotions, out of fold.
        blend: The same of the blends, out of fold.
        useful: Share of the clips for which it is among the most useful encoders.
        log_loss: Mean loss in nats of the label given this encoder alone.
    """

    name: str
    kept: float
    test: float
    single: float
    blend: float
    useful: float
    log_loss: float


ENCODERS: Final[Columns[EncoderRow]] = (
    words("encoder", lambda row: row.name),
    figure("kept", lambda row: row.kept),
    figure("kept, test", lambda row: row.test, left_out=("latex",)),
    figure("single", lambda row: row.single, left_out=("terminal",)),
    figure("blend", lambda row: row.blend, left_out=("terminal",)),
    figure("useful", lambda row: row.useful),
    figure("loss alone", lambda row: row.log_loss),
)


def encoder_rows(explanation: Explanation) -> list[EncoderRow]:
    """The encoders in their order."""
    shares = explanation.selection
    columns = [
        shares.all,
        shares.test or {},
        *(shares.by_kind.get(kind, {}) for kind in ("single", "blend")),
        explanation.alone.share,
        explanation.alone.log_loss,
    ]
    return [EncoderRow(name, *(column.get(name, math.nan) for column in columns)) for name in explanation.encoders]


@dataclass(frozen=True)
class GateRow:
    """A figure that judges the gate, as texts: its interval over actors, and its value by chance."""

    name: str
    figure: str
    ci95: str = ""
    chance: str = ""


GATE: Final[Columns[GateRow]] = (
    words("", lambda row: row.name),
    Column("figure", None, lambda row: row.figure),
    Column("95 % CI", None, lambda row: row.ci95),
    Column("chance", None, lambda row: row.chance),
)


def gate_rows(explanation: Explanation) -> list[GateRow]:
    """Whether the gate is right: figures that do not exist for a run have no row."""
    agreement, planted, curves = explanation.agreement, explanation.planted, explanation.deletion
    chance, baseline = accuracy_text(agreement.chance), "  popularity baseline"
    rows = [
        GateRow("gate precision", accuracy_text(agreement.precision), interval_text(agreement.ci95), chance),
        GateRow(baseline, accuracy_text(agreement.dealt)),
    ]
    if agreement.by_others is not None:
        interval = interval_text(agreement.by_others_ci95)
        rows.append(GateRow("cross-seed precision", accuracy_text(agreement.by_others), interval, chance))
        rows.append(GateRow(baseline, accuracy_text(agreement.by_others_dealt)))
    if planted:
        rows.append(
            GateRow("selected and planted", accuracy_text(planted.precision), chance=accuracy_text(planted.chance))
        )
    rows.append(_difference_row("rank correlation", agreement.rank_correlation, agreement.rank_correlation_ci95))
    rows += [
        GateRow(f"selected alike by other {kind}", accuracy_text(pairs.overlap), chance=accuracy_text(pairs.chance))
        for kind, pairs in explanation.stability.items()
        if pairs
    ]
    if curves:
        rows.append(_difference_row("deletion: last minus best first, Score", curves.area, curves.area_ci95))
    return [*rows, _difference_row("regret against an oracle, Score", explanation.regret, explanation.oracle.ci95, "")]


def _difference_row(name: str, value: float | None, ci95: tuple[float, float] | None, chance: str = "0") -> GateRow:
    return GateRow(name, difference_text(value), difference_interval_text(ci95), chance)


def explanation_latex(explanation: Explanation) -> str:
    """A table of the encoders, for a paper to take in as it is; it needs the package booktabs."""
    body = tabular(ENCODERS, encoder_rows(explanation))
    return captioned(body, caption=_caption(explanation), label="tab:explanation")


def _caption(explanation: Explanation) -> str:
    notes = "; ".join(transductive_notes(explanation.standardize))
    sentences = [
        f"Selection of encoders ({escaped(explanation.rule)}, at most {explanation.top_n}), "
        f"{thousands(explanation.n_clips)} clips of {explanation.n_actors} actors out of fold, "
        f"{escaped(protocol_text(explanation.protocol))}.",
        "Kept, single, blend: share of the clips for which an encoder is kept.",
        "Useful: share of the clips for which it is among as many most useful encoders as are kept,",
        "by the cross-fitted likelihood of the label given that encoder alone; loss alone: its mean loss in nats.",
        f"In words: {escaped(explanation.verdict)}.",
        *([f"{escaped(notes[:1].upper() + notes[1:])}."] if notes else []),
    ]
    return "\n".join(sentences)
