"""Tables of an explanation: encoders, cost, and the figures of each group and clip."""

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import chain

import numpy as np

from blemore_cli.experiments.runs.explanation_file import ClipSelections, Explanation, ExtractionCost
from blemore_cli.reporting.tables.column import Columns, figure, words
from blemore_cli.reporting.tables.csv_text import csv_table, csv_text
from blemore_cli.reporting.tables.latex import captioned, escaped, tabular, thousands
from blemore_cli.reporting.tables.notation import protocol_text, transductive_notes


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


def cost_columns(curve: ExtractionCost) -> Columns[int]:
    """The curve of cost; a row is a position in it."""
    return (
        figure("kept", lambda i: curve.n[i], str, key="n"),
        figure("Score", lambda i: curve.score[i], key="score"),
        figure("extracted", lambda i: curve.n_computed[i], "{:.2f}".format, key="n_computed"),
    )


def compute_csv(explanation: Explanation) -> str:
    """A row for each number of encoders kept: Score, and the mean number of encoders to extract."""
    return csv_table(cost_columns(explanation.cost), range(len(explanation.cost.n)))


def clips_csv(clips: ClipSelections, encoders: Sequence[str]) -> str:
    """A row for each clip out of fold and seed: selected encoders, and the log-likelihood from each alone.

    Where evidence is fused, the posterior soundness of each encoder follows.
    """
    figures = {"picked": clips.selected.astype(int), "useful": np.round(clips.usefulness, 6)}
    if clips.soundness is not None:
        figures["sound"] = np.round(clips.soundness, 6)
    names = [f"{kind}_{encoder}" for kind in figures for encoder in encoders]
    keys = zip(clips.filename.tolist(), clips.fold.tolist(), clips.seed.tolist(), strict=True)
    values = zip(*(array.tolist() for array in figures.values()), strict=True)
    rows = ([*key, *chain(*row)] for key, row in zip(keys, values, strict=True))
    return csv_text(["filename", "fold", "seed", *names], rows)


def encoder_columns(explanation: Explanation) -> Columns[str]:
    """Selection shares and worth alone of the encoders; a row is the name of one."""
    shares, alone = explanation.selection, explanation.alone

    def of(figures: Mapping[str, float] | None) -> Callable[[str], float]:
        return lambda name: (figures or {}).get(name, math.nan)

    return (
        words("encoder", str),
        figure("kept", of(shares.all)),
        figure("kept, test", of(shares.test), left_out=("latex",)),
        figure("single", of(shares.by_kind.get("single")), left_out=("terminal",)),
        figure("blend", of(shares.by_kind.get("blend")), left_out=("terminal",)),
        figure("useful", of(alone.share)),
        figure("loss alone", of(alone.log_loss)),
    )


def explanation_latex(explanation: Explanation) -> str:
    """A table of the encoders, for a paper to take in as it is; it needs the package booktabs."""
    body = tabular(encoder_columns(explanation), explanation.encoders)
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
