"""The tables of an explanation: CSV for spreadsheets, and a table of the encoders in LaTeX for a paper."""

import csv
import io
from collections.abc import Iterable, Sequence

import numpy as np

from blemore_cli.experiments.runs.artefact import finite
from blemore_cli.experiments.runs.explanation_result import Explanation
from blemore_cli.reporting.tables.latex import booktabs, captioned, escaped, thousands
from blemore_cli.reporting.tables.notation import accuracy_text, protocol_text, transductive_notes


def selection_csv(found: Explanation) -> str:
    """A row for each group of clips and encoder: the share of the clips with the encoder that keep it."""
    shares = found.selection
    groups = {"set": shares.by_set, "kind": shares.by_kind, "actor": shares.by_actor}
    named = [("all", "out of fold", shares.all), *([] if shares.test is None else [("all", "test", shares.test)])]
    named += [(kind, name, each) for kind, group in groups.items() for name, each in group.items()]
    rows = (
        [kind, name, encoder, share]
        for kind, name, each in named
        for encoder, share in zip(found.encoders, each.tolist(), strict=True)
    )
    return _csv(["group", "name", "encoder", "share"], rows)


def removal_csv(found: Explanation) -> str:
    """A row for each number of encoders removed: Score and loss of each order."""
    curves = found.faithfulness
    if curves is None:
        return _csv(["n_removed"], [])
    header = ["n_removed", *(f"{order}_{what}" for what in ("score", "log_loss") for order in curves.score)]
    columns = [curves.n_removed, *curves.score.values(), *curves.log_loss.values()]
    return _csv(header, zip(*columns, strict=True))


def compute_csv(found: Explanation) -> str:
    """A row for each number of encoders kept: Score, and the mean number of encoders to extract."""
    curve = found.compute
    return _csv(["n", "score", "n_computed"], zip(curve.n, curve.score, curve.n_computed, strict=True))


def clips_csv(found: Explanation) -> str:
    """A row for each clip out of fold and seed: which encoders are picked, and the log-likelihood from each alone."""
    clips = found.clips
    header = ["filename", "fold", "seed", *(f"{kind}_{e}" for kind in ("picked", "useful") for e in found.encoders)]
    keys = zip(clips.filename.tolist(), clips.fold.tolist(), clips.seed.tolist(), strict=True)
    figures = zip(clips.picks.astype(int).tolist(), np.round(clips.usefulness, 6).tolist(), strict=True)
    rows = ([*key, *picked, *useful] for key, (picked, useful) in zip(keys, figures, strict=True))
    return _csv(header, rows)


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Numbers are written so that they read back exactly; what does not exist is left empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(finite(list(row)) for row in rows)
    return text.getvalue()


def explanation_latex(found: Explanation) -> str:
    """A table of the encoders, for a paper to take in as it is; it needs the package booktabs."""
    header = ["Encoder", "Kept", "Single", "Blend", "Useful", "Loss alone"]
    columns = [
        found.selection.all,
        *(found.selection.by_kind.get(kind, np.full(len(found.encoders), np.nan)) for kind in ("single", "blend")),
        found.alone.share,
        found.alone.log_loss,
    ]
    rows = [
        [escaped(name), *(accuracy_text(float(column[i])) for column in columns)]
        for i, name in enumerate(found.encoders)
    ]
    tabular = booktabs(header, rows, columns="lccccc")
    return captioned(tabular, caption=_caption(found), label="tab:explanation")


def _caption(found: Explanation) -> str:
    told = "; ".join(transductive_notes(found.standardize))
    sentences = [
        f"Selection of encoders ({escaped(found.rule)}, at most {found.top_n}), {thousands(found.n_clips)} clips of "
        f"{found.n_actors} actors out of fold, {escaped(protocol_text(found.protocol))}.",
        "Kept, single, blend: share of the clips for which an encoder is kept.",
        "Useful: share of the clips for which it is among as many most useful encoders as are picked,",
        "by the cross-fitted likelihood of the label given that encoder alone; loss alone: its mean loss in nats.",
        f"In words: {escaped(found.verdict)}.",
        *([f"{escaped(told[:1].upper() + told[1:])}."] if told else []),
    ]
    return "\n".join(sentences)
